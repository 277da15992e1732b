"""Writing a bin for another program."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tagger_app.audio.discover import is_audio_name
from tagger_app.errors import FileError, HandoffError, displayable
from tagger_app.handoff.bins import BinItem
from tagger_app.handoff.lists import playlist_entries, render_playlist, render_table
from tagger_app.handoff.names import check_template, distinct_name, render_name
from tagger_app.handoff.region_wav import write_region
from tagger_app.handoff.timeline import FrameRate, render_edl, render_fcp_xml
from tagger_app.handoff.whole_files import write_whole

LIST_FORMATS = {"m3u8": "M3U8", "csv": "CSV", "edl": "EDL", "xml": "FCP7 XML"}
"""Formats that are one file, by its extension."""


@dataclass(frozen=True, slots=True)
class RegionWritten:
    """An item became a WAV file."""

    item: BinItem
    path: Path


@dataclass(frozen=True, slots=True)
class RegionFailed:
    """An item couldn't become a WAV file."""

    item: BinItem
    reason: str


def export_list(items: Sequence[BinItem], target: Path, name: str, rate: FrameRate) -> list[str]:
    """Write a bin as one file, in the format of the target's extension.

    Parameters
    ----------
    name : of the bin, which timelines show
    rate : of the timelines

    Returns
    -------
    Paths that the format has no room for, and that were left out.

    Raises
    ------
    TimelineError
        The format has no room for the bin.
    HandoffError
        The file can't be written, or isn't named after a format.
    """
    left_out: list[str] = []
    if is_audio_name(target.name):
        raise HandoffError(target, "is the name of an audio file, which a list would replace")
    match target.suffix.lower():
        case ".m3u8" | ".m3u":
            entries, left_out = playlist_entries(items)
            content = render_playlist(entries).encode()
        case ".csv":
            content = render_table(items)
        case ".edl":
            content = render_edl(items, name, rate).encode()
        case ".xml":
            content = render_fcp_xml(items, name, rate).encode()
        case _:
            known = ", ".join(f".{extension}" for extension in LIST_FORMATS)
            raise HandoffError(target, f"isn't named after a format; its name has to end with one of {known}")
    write_whole(target, content)
    return left_out


def region_names(items: Sequence[BinItem], template: str) -> list[str]:
    """Names of the WAV files of the items, all different, in order.

    Raises
    ------
    TemplateError
        The template can't be used.
    """
    check_template(template)
    taken: set[str] = set()
    return [
        distinct_name(
            render_name(
                template,
                {
                    "index": number,
                    "title": item.name,
                    "artist": displayable(item.artist),
                    "album": displayable(item.album),
                    "genre": item.genres[0] if item.genres else "",
                    "start": _show_start(item.from_s),
                    "end": _show_start(item.to_s),
                    "name": displayable(os.path.splitext(os.path.basename(item.path))[0]),  # noqa: PTH119, PTH122
                },
            ),
            taken,
        )
        + ".wav"
        for number, item in enumerate(items, 1)
    ]


def export_regions(
    items: Sequence[BinItem], folder: Path, template: str, handles_s: float
) -> Generator[RegionWritten | RegionFailed, None, None]:
    """Write each item as a WAV file into a folder, which is created. To cancel, close the generator.

    A file that is there already is never replaced: the new one gets a number.

    Raises
    ------
    TemplateError
        The template can't be used.
    HandoffError
        The folder can't be used.
    """
    names = region_names(items, template)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = {entry.casefold() for entry in os.listdir(folder)}  # noqa: PTH208
    except OSError as error:
        raise HandoffError(folder, f"can't be written to: {error.strerror}") from error
    for item, name in zip(items, names, strict=True):
        stem, number = name.removesuffix(".wav"), 2
        while name.casefold() in taken:
            name = f"{stem} ({number}).wav"
            number += 1
        taken.add(name.casefold())
        try:
            written = write_region(item.path, folder / name, item.start_s, item.end_s, handles_s)
        except FileError as error:
            yield RegionFailed(item, str(error) if isinstance(error, HandoffError) else error.reason)
        else:
            yield RegionWritten(item, written.path)


def _show_start(seconds: float) -> str:
    """Minutes and seconds that a name can hold: ``01m23.450s``."""
    thousandths = round(seconds * 1000)
    return f"{thousandths // 60_000:02}m{thousandths % 60_000 // 1000:02}.{thousandths % 1000:03}s"
