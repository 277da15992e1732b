"""Making sense of the journal's rows, which may be damaged, or a stranger's.

A row says which file is to be read or changed, and which copy beside it to be removed: what Cuefit never writes is no
row at all, so that nothing but a copy is ever removed, and nothing but fields of Cuefit's is ever put back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tagger_app.tagging.fields import ASSIGNED_FIELD, MIRRORS, Changes
from tagger_app.tagging.journal_records import COPY_NAME, Batch, Entry, State, Undo

ENTRY_COLUMNS = "id, batch, time, path, real_path, temporary, fingerprint, had_tag, old, new, state"
UNDO_COLUMNS = "id, real_path, temporary, restored, writes"


def decode_entry(row: Sequence[Any]) -> Entry | None:
    """One write; None for what Cuefit never writes."""
    entry_id, batch, time, path, real_path, temporary, fingerprint, had_tag, old, new, state = row
    try:
        return Entry(
            entry_id,
            _text(batch),
            _time(time),
            _path(path),
            _path(real_path),
            _copy_name(temporary),
            _text(fingerprint),
            bool(had_tag),
            _changes(old),
            _changes(new),
            State(state),
        )
    except (TypeError, ValueError, RecursionError):
        return None


def decode_undo(row: Sequence[Any]) -> Undo | None:
    """One undo that has begun; None for what Cuefit never writes."""
    undo_id, real_path, temporary, restored, writes = row
    try:
        ids = json.loads(writes)
        if not isinstance(ids, list) or not all(type(entry_id) is int and 0 < entry_id < 2**63 for entry_id in ids):
            raise TypeError("not the ids of writes")
        return Undo(undo_id, _path(real_path), _copy_name(temporary), _changes(restored), tuple(ids))
    except (TypeError, ValueError, RecursionError):
        return None


def decode_batch(row: Sequence[Any]) -> Batch | None:
    """A run; None for what Cuefit never writes."""
    batch, started, ended, n_files, user_only = row
    try:
        return Batch(_text(batch), _time(started), _time(ended), n_files, bool(user_only))
    except (TypeError, ValueError):
        return None


def decode_path(value: Any) -> str | None:
    """The path of a file; None for what Cuefit never writes."""
    try:
        return _path(value)
    except (TypeError, ValueError):
        return None


def _path(value: Any) -> str:
    if not isinstance(value, bytes) or b"\0" in value:
        raise TypeError("not a path")
    path = os.fsdecode(value)
    if not os.path.isabs(path):  # noqa: PTH117
        raise ValueError("not a whole path")
    return path


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _time(value: Any) -> datetime:
    time = datetime.fromisoformat(value)
    if time.tzinfo is None:
        raise ValueError("a time without a time zone")
    return time


def _copy_name(value: Any) -> str:
    if not COPY_NAME.fullmatch(_text(value)):
        raise ValueError("not the name of a copy")
    return _text(value)


def _changes(value: Any) -> Changes:
    fields = json.loads(value)
    if not isinstance(fields, dict):
        raise TypeError("not fields")
    return {_field(name): None if values is None else _values(values) for name, values in fields.items()}


def _field(name: str) -> str:
    if name not in (ASSIGNED_FIELD, *MIRRORS) and not name.startswith(f"{ASSIGNED_FIELD}_"):
        raise ValueError("not a field that Cuefit writes")
    return name


def _values(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError("not the values of a field")
    return tuple(map(_text, values))
