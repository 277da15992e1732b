"""The model card: what a system is for, what it learned from, and what it is worth, in Markdown.

Mitchell et al., "Model Cards for Model Reporting" (2019).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tagger_app import __version__
from tagger_app.genres import GENRES
from trainer.corpora.report import measure_corpus
from trainer.evaluation.comparison import tabulate
from trainer.report.material import Material
from trainer.report.page import Section, Table

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&!])")
_WORDS = re.compile(r"[^\s]+")


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is within a line: no markup, no HTML, no new line."""
    return _SPECIAL.sub(r"\\\1", " ".join(_WORDS.findall(text)))


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose cells are shown as they are."""
    escaped = [[escape_markdown(cell) for cell in row] for row in (head, *rows)]
    lines = ["| " + " | ".join(cells) + " |" for cells in [escaped[0], ["---"] * len(head), *escaped[1:]]]
    return "\n".join(lines)


def write_model_card(material: Material, sections: Sequence[Section], today: date) -> str:
    """The card.

    Parameters
    ----------
    sections : of the page, whose tables of areas and bands are in the card, too
    """
    # Nothing is escaped by itself here: every name goes through `escape_markdown`.
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=False, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters["plain"] = escape_markdown
    tables = {section.key: [table for passage in section.passages for table in passage.tables] for section in sections}
    configuration, dataset = material.configuration, material.dataset
    systems_head, *systems = tabulate(material.evaluations)
    augmentation = {name: value for name, value in asdict(configuration.augmentation).items() if value}
    return environment.get_template("model_card.md").render(
        name=material.name,
        version=__version__,
        today=today.isoformat(),
        system=configuration.system,
        training=configuration.training,
        augmentation=", ".join(f"{name} {value:g}" for name, value in augmentation.items()),
        n_networks=len(material.answers.parts),
        tried=[GENRES[column] for column in material.columns],
        untried=[genre for column, genre in enumerate(GENRES) if column not in material.columns],
        unproven=_unproven(tables["ranking"][0]),
        n_tracks=len(dataset.tracks),
        n_soundtracks=len(np.unique(dataset.soundtracks)),
        amounts=_amounts(material),
        licences=_licences(material),
        is_leaky=material.is_leaky,
        beta=configuration.bundle.threshold_beta,
        systems=markdown_table(systems_head, systems),
        ranking=_as_markdown(tables["ranking"][0]),
        bands=_as_markdown(tables["calibration"][0]),
    )


def _as_markdown(table: Table) -> str:
    return markdown_table(table.head, table.rows)


def _unproven(ranking: Table) -> list[str]:
    """Genres whose interval of ROC-AUC reaches down to 0.5, as the table says them: "0.57 (0.47 to 0.66)"."""
    place = ranking.head.index("ROC-AUC")
    return [row[0] for row in ranking.rows if float(row[place].partition("(")[2].partition(" ")[0]) <= 0.5]


def _amounts(material: Material) -> str:
    everything = measure_corpus(material.dataset.tracks, material.seconds)[-1]
    rows = [
        [source, f"{amount.hours:.2f}", str(amount.tracks), str(amount.soundtracks)]
        for source, amount in everything.amounts.items()
    ]
    return markdown_table(["source", "hours", "tracks", "soundtracks"], rows)


def _licences(material: Material) -> str:
    counts = Counter((track.source, track.licence or "not stated") for track in material.dataset.tracks)
    return markdown_table(
        ["source", "licence", "tracks"],
        [[source, licence, str(count)] for (source, licence), count in sorted(counts.items())],
    )
