"""What cells say, as text: for painting, for tool tips and for screen readers."""

from __future__ import annotations

import html
import os

from PySide6.QtCore import QCoreApplication

from tagger_app.errors import displayable
from tagger_app.genres import GENRES
from tagger_app.gui.library.columns import Column, Kind
from tagger_app.gui.mixer.mix import Mix, match_of
from tagger_app.gui.reasons import translate_reason
from tagger_app.gui.wording import one_line
from tagger_app.index.records import Track

NOTHING = "–"


def cell_text(track: Track, column: Column, mix: Mix | None) -> str:
    """The text of a cell, on one line."""
    match column.kind:
        case Kind.LENGTH:
            return show_length(track.duration_s) if track.duration_s else ""
        case Kind.GENRES:
            return ", ".join(track.genres)
        case Kind.MATCH:
            return "" if mix is None else f"{match_of(mix, track.fits):.2f}"
        case Kind.FIT:
            return show_fit(track.fits[GENRES.index(column.genre)])
        case Kind.STATUS:
            return status_name(track)
    match column.key:
        case "title":
            return one_line(track.title) or displayable(os.path.basename(track.path))  # noqa: PTH119 - bytes are kept
        case "artist":
            return one_line(track.artist)
        case "album":
            return one_line(track.album)
        case "codec":
            return one_line(track.codec)
        case _:
            return displayable(track.path)


def cell_tip(track: Track, column: Column, mix: Mix | None, untrained: str) -> str:
    """More than fits into a cell; plain text, whatever a file is called.

    Parameters
    ----------
    untrained : why the genre of a fit isn't trained; empty if it is
    """
    if column.kind is Kind.FIT:
        fit = track.fits[GENRES.index(column.genre)]
        if fit is None:
            reason = (
                translate_reason(track.failure or track.unscored)
                or untrained
                or QCoreApplication.translate("Cells", "not scored")
            )
            return plain_tip(f"{column.genre}: {reason}")
        assigned = (
            QCoreApplication.translate("Cells", "assigned")
            if column.genre in track.genres
            else QCoreApplication.translate("Cells", "not assigned")
        )
        return plain_tip(f"{column.genre}: {fit:.2f}, {assigned}")
    if column.kind is Kind.STATUS and track.failure:
        return plain_tip(one_line(translate_reason(track.failure)))
    if column.kind is Kind.GENRES and not track.genres:
        return plain_tip(
            translate_reason(track.unscored) or QCoreApplication.translate("Cells", "No genre fits well enough")
        )
    return plain_tip(cell_text(track, column, mix))


def status_name(track: Track) -> str:
    """The status in the language of the interface."""
    names = {
        "present": QCoreApplication.translate("Cells", "present"),
        "offline": QCoreApplication.translate("Cells", "offline"),
        "missing": QCoreApplication.translate("Cells", "missing"),
        "failed": QCoreApplication.translate("Cells", "failed"),
    }
    return names[track.status]


def show_fit(fit: float | None) -> str:
    """A fit with two decimals, or a dash."""
    return NOTHING if fit is None else f"{fit:.2f}"


def show_length(duration_s: float) -> str:
    """Minutes and seconds, and hours where there are any."""
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def plain_tip(text: str) -> str:
    """Text for a tool tip that Qt takes for plain text; a name like ``<b>`` is shown as it is."""
    return f"<span>{html.escape(text)}</span>" if "<" in text or "&" in text else text
