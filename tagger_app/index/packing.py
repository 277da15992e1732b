"""Many numbers out of SQLite at once: each as one character of one long text.

A million rows fetched as Python tuples take a second in which other threads hardly run. Packed by SQLite itself they
take a fraction of that, and the interpreter is free meanwhile.
"""

from __future__ import annotations

import codecs

import numpy as np
import numpy.typing as npt

ID_CHARACTERS = 3
_ID_BITS = 14
_DECODED_AT_ONCE = 1 << 18
LARGEST = 0xD7FE
"""The largest number that fits into a character below the surrogates."""


def pack_id(column: str) -> list[str]:
    """SQL expressions of the characters that hold an id of up to 42 bits."""
    mask = (1 << _ID_BITS) - 1
    return [
        pack_number(f"{column} >> {2 * _ID_BITS}"),
        pack_number(f"{column} >> {_ID_BITS} & {mask}"),
        pack_number(f"{column} & {mask}"),
    ]


def pack_number(expression: str) -> str:
    """SQL expression of the character that holds a number from 0 to `LARGEST`; character 0 would end the text."""
    return f"({expression}) + 1"


def packed(characters: list[str]) -> str:
    """SQL of an aggregate that holds these characters of every row, in the order of the rows.

    As a BLOB: of a text Python would make a string in one go, and no other thread could run for a tenth of a second.
    """
    return f"CAST(group_concat(char({', '.join(characters)}), '') AS BLOB)"


def unpack(data: bytes | None, n_columns: int) -> npt.NDArray[np.uint16]:
    """The numbers of a packed text, UTF-8: uint16 [shape=(n_rows, n_columns)]."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    view = memoryview(data or b"")
    parts = [np.empty(0, "<u2")]
    for start in range(0, len(view), _DECODED_AT_ONCE):
        text = decoder.decode(view[start : start + _DECODED_AT_ONCE], start + _DECODED_AT_ONCE >= len(view))
        parts.append(np.frombuffer(text.encode("utf-16-le"), "<u2"))
    return np.concatenate(parts).reshape(-1, n_columns) - np.uint16(1)


def unpack_ids(values: npt.NDArray[np.uint16]) -> npt.NDArray[np.int64]:
    """Ids from their characters: uint16 [shape=(n_rows, ID_CHARACTERS)] -> int64 [shape=(n_rows,)]."""
    ids = values[:, 0].astype(np.int64)
    for column in range(1, ID_CHARACTERS):
        ids <<= _ID_BITS
        ids |= values[:, column]
    return ids
