"""The model bundle and what it says of a track."""
