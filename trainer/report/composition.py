"""The whole report: all sections, and page and model card written as one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from tagger_app.durable import put_in_place
from trainer.configuration import Configuration
from trainer.errors import ReportError
from trainer.report.bands import show_calibration
from trainer.report.confusion import show_confusion
from trainer.report.errors import show_worst_errors
from trainer.report.excerpts import ClipChoice
from trainer.report.filter_section import show_filters
from trainer.report.hours import show_hours
from trainer.report.label_errors import show_label_errors
from trainer.report.learning_curves import show_learning
from trainer.report.material import Material, load_material
from trainer.report.model_card import write_model_card
from trainer.report.page import Page, Section, render_page
from trainer.report.ranking_curves import show_ranking
from trainer.report.summary import summarise

PAGE, CARD = "report.html", "MODEL_CARD.md"

_HONEST = "Every figure is out of fold: each track was answered for by networks that had not heard its soundtrack. "
_LEAKY = (
    "This system divides tiles at random, so its networks were asked about soundtracks, and tracks, that they had "
    "heard. Where this page says not heard, it doesn't hold: the figures show how far such a split misleads."
)


def report_system(
    configurations: Sequence[Configuration], folder: Path, clips: ClipChoice, tell: Callable[[str], None]
) -> None:
    """Write page and model card of the first configuration's system into a folder.

    Parameters
    ----------
    configurations : others than the first are laid beside it in the table of systems
    clips : see `show_filters`
    tell : called with what is done next

    Raises
    ------
    CorpusError, TileCacheError, TrainingError
        What `cuefit-trainer evaluate` keeps isn't there, or the configurations can't be compared.
    ReportError
        The folder can't be written to.
    """
    material = load_material(configurations, tell)
    sections = _compose(material, clips, tell)
    page = render_page(Page(f"What {material.name} learned", _lead(material), _warning(material), sections))
    card = write_model_card(material, sections, datetime.now(UTC).date())
    write_whole(folder, {PAGE: page, CARD: card})


def write_whole(folder: Path, texts: Mapping[str, str]) -> None:
    """Write files, all or none: each is written under another name first.

    Raises
    ------
    ReportError
        One can't be written.
    """
    partials = {name: folder / f"{name}.part" for name in texts}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            partials[name].write_text(text, encoding="utf-8", newline="\n")
        for name, partial in partials.items():
            put_in_place(partial, folder / name)
    except OSError as error:
        for partial in partials.values():
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
        raise ReportError(folder, error.strerror or str(error)) from error


def _compose(material: Material, clips: ClipChoice, tell: Callable[[str], None]) -> list[Section]:
    parts: list[tuple[str, Callable[[], Section]]] = [
        ("systems side by side", lambda: summarise(material)),
        ("hours a genre", lambda: show_hours(material)),
        ("learning curves", lambda: show_learning(material)),
        ("ROC and precision", lambda: show_ranking(material)),
        ("calibration", lambda: show_calibration(material)),
        ("confusion of genres", lambda: show_confusion(material)),
        ("the worst errors", lambda: show_worst_errors(material)),
        ("labels that may be wrong", lambda: show_label_errors(material)),
        ("filters", lambda: show_filters(material, clips, tell)),
    ]
    sections = []
    for name, show in parts:
        tell(name)
        sections.append(show())
    return sections


def _lead(material: Material) -> list[str]:
    dataset, settings = material.dataset, material.configuration.system
    return [
        f"{len(material.answers.parts)} networks ({settings.network} on {settings.features}, {settings.targets} "
        f"targets), {material.configuration.training.folds} folds over {len(dataset.tracks)} tracks of "
        f"{len(np.unique(dataset.soundtracks))} soundtracks, seed {material.ground.seed}.",
        f"{'' if material.is_leaky else _HONEST}Beside each figure stand two baselines: the prevalence, which knows "
        "only how frequent a genre is, and logistic regression on means and deviations of the coefficients over a "
        "track. Intervals are 95 %, by bootstrap over soundtracks unless something else is said.",
    ]


def _warning(material: Material) -> str:
    return _LEAKY if material.is_leaky else ""
