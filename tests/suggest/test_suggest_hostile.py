"""A file of vectors that a stranger made, whose checksum agrees: it is made again, and nothing else happens."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from suggest_samples import MADE_WITH, Shelf

from tagger_app.index.connection import open_for_reading
from tagger_app.suggest.packed import MAGIC
from tagger_app.suggest.tables import TrackTable

_START = struct.Struct("<8sI")
Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path / "library.db")
    shelf.put_around(6)
    return shelf


def _open(shelf: Shelf) -> set[int]:
    """The tracks of the table, as it is opened now."""
    with closing(open_for_reading(shelf.index_path)) as connection:
        table = TrackTable(connection, *MADE_WITH)
        assert table.vectors_of(table.shelves[0].ids).shape[0] == len(table)
        return set(table.shelves[0].ids.tolist())


def _write_header(path: Path, header: bytes) -> None:
    data = path.read_bytes()
    path.write_bytes((_START.pack(MAGIC, len(header)) + header).ljust(1 << 16, b"\0") + data[1 << 16 :])


def _arrays(**changes: object) -> Change:
    return lambda header: [array.update(changes) for array in header["arrays"]]


def _meta(**changes: object) -> Change:
    return lambda header: header["meta"].update(changes)


@pytest.mark.parametrize(
    "change",
    [
        *(_arrays(dtype=value) for value in ("O", "|V9", "<U99999999", "f4,f4", "M8[s]", "no type", 7, None, [])),
        *(_arrays(shape=value) for value in ([], [-1], [2**62, 2**62], [0], ["x"], None, [1e9], [[1]], "33")),
        *(_arrays(start=value) for value in (-64, 2**63, 1, "0", None, 1e9)),
        *(_arrays(name=value) for value in ("ids", "", 7, None, "../x")),
        *(_meta(n_embedding=value) for value in (-1, 0, 2**40, 2**70, 1.5, True, None, "8")),
        *(_meta(n_sampled=value) for value in (-1, 2**70, None)),
        *(_meta(revision=value) for value in (-(2**70), -1, 2**70, None, "1")),
        *(_meta(made_with=value) for value in (None, [], "bundle", [1, 2])),
        lambda header: header.update(n_bytes=-1),
        lambda header: header.update(n_bytes=2**70),
        lambda header: header.update(n_bytes=1e999),
        lambda header: header.update(arrays={}),
        lambda header: header.update(arrays=[7]),
        lambda header: header.update(arrays=header["arrays"] * 1_000),
        lambda header: header.update(meta=[[1]]),
        lambda header: header.clear(),
    ],
)
def test_a_header_that_cuefit_never_writes(shelf: Shelf, change: Change) -> None:
    expected = _open(shelf)
    path = shelf.index_path.with_name(f"library{TrackTable.suffix}")
    (length,) = struct.unpack_from("<I", path.read_bytes(), 8)
    header = json.loads(path.read_bytes()[12 : 12 + length])
    change(header)
    _write_header(path, json.dumps(header).encode()[: (1 << 16) - 12])
    assert _open(shelf) == expected
    assert _open(shelf) == expected


@pytest.mark.parametrize("header", [b"[" * 60_000, b"{}", b"[]", b"\xff", b"1", b"", b'{"arrays": ' + b"[" * 60_000])
def test_a_header_that_is_none(shelf: Shelf, header: bytes) -> None:
    expected = _open(shelf)
    _write_header(shelf.index_path.with_name(f"library{TrackTable.suffix}"), header)
    assert _open(shelf) == expected
