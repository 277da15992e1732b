"""How much music there is of each genre."""

from __future__ import annotations

from tagger_app.genres import GENRES
from trainer.corpora.report import GenreRow, measure_corpus
from trainer.report.material import Material
from trainer.report.page import Passage, Picture, Section, Table
from trainer.report.plots import plot_hours


def show_hours(material: Material) -> Section:
    """Hours, tracks and soundtracks by genre and source."""
    rows = measure_corpus(material.dataset.tracks, material.seconds)
    sources = list(rows[0].amounts)
    by_genre = rows[:-1]
    hours: dict[str, list[float]] = {source: [row.amounts[source].hours for row in by_genre] for source in sources}
    untried = [genre for column, genre in enumerate(GENRES) if column not in material.columns]
    left_out = f" Too little to be tried: {', '.join(untried)}." if untried else ""
    head = ["genre", *(cell for source in sources for cell in (f"{source}: hours", "tracks", "soundtracks"))]
    return Section(
        "hours",
        "Hours a genre",
        [
            Passage(
                paragraphs=[
                    "Each recording once, as it was heard; a track with several genres counts for each, so the bars "
                    f"add up to more than there is.{left_out}"
                ],
                pictures=[Picture("Hours by source", plot_hours([_name(row) for row in by_genre], hours, "hours"))],
                tables=[Table("By genre and source.", head, [_row(row) for row in rows])],
                size="whole",
            )
        ],
    )


def _name(row: GenreRow) -> str:
    return row.genre or "none"


def _row(row: GenreRow) -> list[str]:
    cells = [_name(row)]
    for amount in row.amounts.values():
        cells += [f"{amount.hours:.2f}", str(amount.tracks), str(amount.soundtracks)]
    return cells
