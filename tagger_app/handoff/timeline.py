"""Timelines: the items of a bin one after the other, as EDL (CMX 3600) or Final Cut Pro 7 XML.

Both formats count frames, so that starts and ends are rounded to the nearest frame of the chosen rate.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import opentimelineio as otio
from opentimelineio.opentime import RationalTime, TimeRange
from opentimelineio.schema import Clip, ExternalReference, Gap, Timeline, Track

from tagger_app.errors import CuefitError, displayable
from tagger_app.handoff.bins import BinItem

MOST_EVENTS = 999
"""Of an EDL, whose events have three digits."""
_DAY_S = 86_400


class TimelineError(CuefitError):
    """A bin that a format of timelines has no room for; `str(error)` says why."""


@dataclass(frozen=True, slots=True)
class FrameRate:
    """How frames are counted.

    Attributes
    ----------
    name : for people: "29.97 DF"
    frames_a_second : exactly
    drop_frame : the timecode leaves numbers out, so that it keeps up with the clock
    """

    name: str
    frames_a_second: Fraction
    drop_frame: bool = False

    @property
    def nominal(self) -> int:
        """Frames that the timecode counts to a second."""
        return round(self.frames_a_second)

    def frame_at(self, seconds: float) -> int:
        """The frame nearest to a time."""
        return round(Fraction(seconds) * self.frames_a_second)


FRAME_RATES = (
    FrameRate("23.976", Fraction(24_000, 1001)),
    FrameRate("24", Fraction(24)),
    FrameRate("25", Fraction(25)),
    FrameRate("29.97 DF", Fraction(30_000, 1001), drop_frame=True),
    FrameRate("29.97 NDF", Fraction(30_000, 1001)),
    FrameRate("30", Fraction(30)),
    FrameRate("50", Fraction(50)),
    FrameRate("59.94 DF", Fraction(60_000, 1001), drop_frame=True),
    FrameRate("59.94 NDF", Fraction(60_000, 1001)),
    FrameRate("60", Fraction(60)),
)


def render_edl(items: Sequence[BinItem], name: str, rate: FrameRate) -> str:
    """An EDL of audio events with the path of each file in comments.

    Raises
    ------
    TimelineError
        More than 999 items, or more than 24 hours.
    """
    if not items:
        raise TimelineError("there is nothing in the bin")
    if len(items) > MOST_EVENTS:
        raise TimelineError(f"an EDL holds {MOST_EVENTS} events, the bin {len(items):,} items; split it, or use XML")
    # The adapter takes every rate of 29.97 for drop frame. Without drop, timecode counts as at the nominal rate.
    counted = float(rate.frames_a_second) if rate.drop_frame else float(rate.nominal)
    timeline = _timeline(items, name, rate, counted, n_tracks=1)
    track = timeline.tracks[0]
    if track.duration().value >= _DAY_S * rate.frames_a_second:
        raise TimelineError("the timecode of an EDL ends at 24 hours, the bin is longer; split it, or use XML")
    for clip, reel, item in zip(track, _reels(items), items, strict=True):
        comments = [f"NOTE: {_line(item.note)}"] if item.note else []
        clip.metadata["cmx_3600"] = {"reel": reel, "comments": comments}
    # The adapter writes the first track, and wants one of video to be there.
    timeline.tracks.append(Track("V", kind=otio.schema.TrackKind.Video))
    text = otio.adapters.write_to_string(timeline, "cmx_3600", rate=counted)
    title, _, events = text.partition("\n\n")
    mode = "DROP FRAME" if rate.drop_frame else "NON-DROP FRAME"
    return f"{title}\nFCM: {mode}\n\n{events}"


def render_fcp_xml(items: Sequence[BinItem], name: str, rate: FrameRate) -> str:
    """A sequence in Final Cut Pro 7's XML, which Premiere and Resolve read; a stereo cue takes two tracks.

    Raises
    ------
    TimelineError
        There is nothing in the bin.
    """
    if not items:
        raise TimelineError("there is nothing in the bin")
    n_tracks = 2 if any(item.n_channels > 1 for item in items) else 1
    counted = float(rate.frames_a_second)
    timeline = _timeline(items, name, rate, counted, n_tracks)
    # The adapter asks for a time code's rate and mode here.
    display = {"displayformat": "DF" if rate.drop_frame else "NDF"}
    timeline.metadata["fcp_xml"] = {"timecode": display}
    timeline.global_start_time = RationalTime(0, counted)
    return str(otio.adapters.write_to_string(timeline, "fcp_xml"))


def _timeline(items: Sequence[BinItem], name: str, rate: FrameRate, counted: float, n_tracks: int) -> Timeline:
    """The items on one track, or the left and right channel of each on two; mono leaves the second empty."""
    timeline = Timeline(_line(name))
    for channel in range(1, n_tracks + 1):
        track = Track(f"A{channel}", kind=otio.schema.TrackKind.Audio)
        for item in items:
            source = _source_range(item, rate, counted)
            if channel > item.n_channels:
                track.append(Gap(source_range=source))
            else:
                clip = Clip(_line(item.name), _reference(item, rate, counted), source)
                clip.metadata["fcp_xml"] = _clip_metadata(item, channel)
                track.append(clip)
        timeline.tracks.append(track)
    return timeline


def _source_range(item: BinItem, rate: FrameRate, counted: float) -> TimeRange:
    start = rate.frame_at(item.from_s)
    n_frames = max(rate.frame_at(item.to_s) - start, 1)
    return TimeRange(RationalTime(start, counted), RationalTime(n_frames, counted))


def _reference(item: BinItem, rate: FrameRate, counted: float) -> ExternalReference:
    n_frames = max(rate.frame_at(max(item.duration_s, item.to_s)), 1)
    available = TimeRange(RationalTime(0, counted), RationalTime(n_frames, counted))
    reference = ExternalReference(item.file, available)
    reference.name = _line(os.path.basename(item.path))  # noqa: PTH119
    reference.metadata["fcp_xml"] = {"media": {"audio": {"channelcount": str(item.n_channels)}}}
    return reference


def _clip_metadata(item: BinItem, channel: int) -> dict[str, Any]:
    metadata: dict[str, Any] = {"sourcetrack": {"mediatype": "audio", "trackindex": str(channel)}}
    if item.note:
        metadata["comments"] = {"mastercomment1": _line(item.note)}
    return metadata


def _reels(items: Sequence[BinItem]) -> list[str]:
    """A name of at most eight letters and digits for each file; other files have other names."""
    reels: dict[str, str] = {}
    for item in items:
        if item.file not in reels:
            name = re.sub(r"[^A-Z0-9]", "", item.name.upper())[:8] or "AUDIO"
            number = 1
            candidate = name
            while candidate in reels.values():
                number += 1
                candidate = f"{name[: 8 - len(str(number))]}{number}"
            reels[item.file] = candidate
    return [reels[item.file] for item in items]


def _line(text: str) -> str:
    """Text that can stand in a line, and in XML."""
    return displayable(" ".join(text.split()))
