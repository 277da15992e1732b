"""A query that finds a file, or what lies in a folder; no Qt."""

from __future__ import annotations

from tagger_app.index.rows import searchable_path


def path_query(path: str) -> str:
    """All of a path as words, one after the other; empty for a path without a letter or digit, as `/` is."""
    text = searchable_path(path).replace('"', " ").strip()
    return f'path:"{text}"' if any(character.isalnum() for character in text) else ""
