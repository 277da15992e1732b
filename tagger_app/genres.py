"""The ten film genres, in the order that every array, file and table of Cuefit keeps."""

from __future__ import annotations

GENRES = (
    "Action",
    "Adventure",
    "Comedy",
    "Crime",
    "Drama",
    "Fantasy",
    "Musical",
    "Romance",
    "Sci-Fi",
    "Thriller",
)
N_GENRES = len(GENRES)


def genre_key(genre: str) -> str:
    """The genre as an identifier: ``"Sci-Fi"`` becomes ``"scifi"``; for columns, file names and query words."""
    return "".join(character for character in genre.lower() if character.isalnum())


GENRE_BY_KEY = {genre_key(genre): genre for genre in GENRES}
