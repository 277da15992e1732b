"""Lists in tables: rows of CSV and TSV files, checked as they are read."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from tagger_app.genres import GENRES
from trainer.errors import CorpusError

Row = dict[str, str]


def read_rows(listing: Path, columns: Sequence[str]) -> list[tuple[int, Row]]:
    """Rows of a CSV file in UTF-8 with the number of the line they end on.

    Raises
    ------
    CorpusError
        It can't be read, isn't such a file, or lacks one of `columns`.
    """
    try:
        with listing.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            check_columns(listing, reader.fieldnames or (), columns)
            rows = []
            for row in reader:
                if None in row or None in row.values():
                    raise CorpusError(listing, f"line {reader.line_num} has not as many fields as the first line")
                rows.append((reader.line_num, row))
    except OSError as error:
        raise CorpusError(listing, error.strerror or str(error)) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise CorpusError(listing, f"isn't a CSV file in UTF-8 ({error})") from error
    return rows


def check_columns(listing: Path, found: Sequence[str], needed: Sequence[str]) -> None:
    """Raise `CorpusError` with the names of columns that a table lacks."""
    if missing := [column for column in needed if column not in found]:
        raise CorpusError(listing, f"lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}")


def parse_genres(listing: Path, line: int, joined: str) -> tuple[str, ...]:
    """Genres joined by ``|``, in the order of `GENRES`. Raises `CorpusError` for one that isn't of the ten."""
    named = {name.strip() for name in joined.split("|")} - {""}
    if unknown := sorted(named - set(GENRES)):
        raise CorpusError(listing, f"line {line} names {unknown[0]!r}, which isn't one of the ten genres")
    return tuple(genre for genre in GENRES if genre in named)


def parse_seconds(listing: Path, line: int, text: str) -> float:
    """A length. Raises `CorpusError` where it isn't a positive number."""
    try:
        seconds = float(text)
    except ValueError as error:
        raise CorpusError(listing, f"line {line}: {text!r} isn't a length in seconds") from error
    if not 0 < seconds < float("inf"):
        raise CorpusError(listing, f"line {line}: {text!r} isn't a length in seconds")
    return seconds
