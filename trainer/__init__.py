"""Rebuilds the models from labelled soundtracks."""

# TensorFlow brings an SQLite without full-text search, which takes the place of the system's in a process that has not
# loaded its own before.
import sqlite3  # noqa: F401
