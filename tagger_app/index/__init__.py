"""The library index: one SQLite file that one thread writes and any number of readers query."""
