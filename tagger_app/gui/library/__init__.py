"""The table of tracks: a model over pages of the index, columns, cells, and what is chosen in it."""
