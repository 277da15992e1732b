from __future__ import annotations

from xml.etree import ElementTree

import opentimelineio as otio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger_app.handoff.bins import BinItem
from tagger_app.handoff.timeline import FRAME_RATES, TimelineError, render_edl, render_fcp_xml

BY_NAME = {rate.name: rate for rate in FRAME_RATES}
ITEMS = [
    BinItem(file="file:///music/a%20b.wav", title="Kyrie – “ü” 😀", artist="X", duration_s=125.3),
    BinItem(file="file:///music/b.wav", title="Long " * 80, duration_s=300.0, start_s=61.0, end_s=92.72, note="hit\n2"),
    BinItem(file="file:///music/caf%E9.wav", duration_s=10.0, n_channels=1, start_s=0.0, end_s=0.001),
]


def counted_rate(rate):
    """What an EDL's timecode counts by."""
    return float(rate.frames_a_second) if rate.drop_frame else float(rate.nominal)


def frames(items, rate):
    return [
        (rate.frame_at(item.from_s), max(rate.frame_at(item.to_s) - rate.frame_at(item.from_s), 1)) for item in items
    ]


@pytest.mark.parametrize("rate", FRAME_RATES, ids=lambda rate: rate.name)
def test_an_edl_is_read_back(rate):
    text = render_edl(ITEMS, "Reel 3", rate)
    timeline = otio.adapters.read_from_string(text, "cmx_3600", rate=counted_rate(rate))
    (track,) = timeline.tracks
    assert (timeline.name, track.kind) == ("Reel 3", "Audio")
    ranges = [(clip.source_range.start_time.to_frames(), clip.source_range.duration.to_frames()) for clip in track]
    assert ranges == frames(ITEMS, rate)
    assert [clip.media_reference.target_url for clip in track] == [item.file for item in ITEMS]
    assert [clip.name for clip in track] == [
        item.name.strip().encode("utf-8", "backslashreplace").decode() for item in ITEMS
    ]
    starts = [track.range_of_child_at_index(index).start_time.to_frames() for index in range(3)]
    lengths = [n for _, n in frames(ITEMS, rate)]
    assert starts == [0, lengths[0], lengths[0] + lengths[1]]


@pytest.mark.parametrize(("name", "at_61_s"), [("29.97 DF", "00:01:01;00"), ("29.97 NDF", "00:01:00:28")])
def test_drop_frame_is_said_and_shown(name, at_61_s):
    text = render_edl(ITEMS[1:2], "bin", BY_NAME[name])
    mode = "DROP FRAME" if name.endswith(" DF") else "NON-DROP FRAME"
    assert text.splitlines()[1] == f"FCM: {mode}"
    # 61 s are 1828 frames: 1:00 and 28 frames without drop; two numbers are left out with it.
    assert f" {at_61_s} " in text


def test_an_edl_has_lines_of_what_an_editor_reads():
    lines = render_edl(ITEMS, "bin", BY_NAME["25"]).splitlines()
    assert "001  KYRIE    A     C        00:00:00:00 00:02:05:07 00:00:00:00 00:02:05:07" in lines
    assert "002  LONGLONG A     C        00:01:01:00 00:01:32:18 00:02:05:07 00:02:37:00" in lines
    assert "* NOTE: hit 2" in lines
    assert "* FROM CLIP: file:///music/a%20b.wav" in lines


def test_two_files_never_share_a_reel():
    items = [BinItem(file=f"file:///{number}.wav", title="Same title", duration_s=5.0) for number in (1, 2, 1)]
    reels = [line[5:13] for line in render_edl(items, "bin", BY_NAME["24"]).splitlines() if line[:3].isdigit()]
    assert reels == ["SAMETITL", "SAMETIT2", "SAMETITL"]


@pytest.mark.parametrize("rate", FRAME_RATES, ids=lambda rate: rate.name)
def test_xml_is_read_back(rate):
    text = render_fcp_xml(ITEMS, "Reel 3", rate)
    timeline = otio.adapters.read_from_string(text, "fcp_xml")
    assert timeline.name == "Reel 3"
    left, right = timeline.audio_tracks()
    clips = [child for child in left if isinstance(child, otio.schema.Clip)]
    ranges = [(round(clip.source_range.start_time.value), round(clip.source_range.duration.value)) for clip in clips]
    assert ranges == frames(ITEMS, rate)
    assert clips[0].source_range.start_time.rate == pytest.approx(float(rate.frames_a_second))
    assert [clip.media_reference.target_url for clip in clips] == [item.file for item in ITEMS]
    assert clips[0].name == ITEMS[0].name
    # The mono cue is on the left alone.
    assert sum(isinstance(child, otio.schema.Clip) for child in right) == 2


@pytest.mark.parametrize("rate", FRAME_RATES, ids=lambda rate: rate.name)
def test_xml_says_how_frames_are_counted(rate):
    sequence = ElementTree.fromstring(render_fcp_xml(ITEMS, "bin", rate)).find(".//sequence")
    assert sequence.findtext("rate/timebase") == str(rate.nominal)
    assert sequence.findtext("rate/ntsc") == ("TRUE" if rate.frames_a_second.denominator == 1001 else "FALSE")
    assert sequence.findtext("timecode/displayformat") == ("DF" if rate.drop_frame else "NDF")
    starts = [int(element.text) for element in sequence.findall("media/audio/track[1]/clipitem/start")]
    lengths = [n for _, n in frames(ITEMS, rate)]
    assert starts == [0, lengths[0], lengths[0] + lengths[1]]
    assert sequence.findtext("media/audio/track[2]/clipitem/sourcetrack/trackindex") == "2"
    assert sequence.findtext(".//file/media/audio/channelcount") == "2"


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=())), st.text(st.characters(exclude_categories=())))
def test_any_name_can_stand_in_both(title, note):
    item = BinItem(file="file:///a.wav", title=title, note=note, duration_s=3.0)
    xml = render_fcp_xml([item], title, BY_NAME["24"])
    assert len(otio.adapters.read_from_string(xml, "fcp_xml").audio_tracks()[0]) == 1
    edl = render_edl([item], title, BY_NAME["24"])
    assert len(otio.adapters.read_from_string(edl, "cmx_3600", rate=24).tracks[0]) == 1


@pytest.mark.parametrize("render", [render_edl, render_fcp_xml])
def test_an_empty_bin_makes_no_timeline(render):
    with pytest.raises(TimelineError, match="nothing in the bin"):
        render([], "bin", BY_NAME["24"])


def test_what_an_edl_has_no_room_for():
    item = BinItem(file="file:///a.wav", duration_s=90_000.0, start_s=0.0, end_s=1.0)
    with pytest.raises(TimelineError, match="999 events"):
        render_edl([item] * 1000, "bin", BY_NAME["24"])
    with pytest.raises(TimelineError, match="24 hours"):
        render_edl([BinItem(file="file:///a.wav", duration_s=90_000.0)], "bin", BY_NAME["24"])
    assert render_fcp_xml([BinItem(file="file:///a.wav", duration_s=90_000.0)], "bin", BY_NAME["24"])
