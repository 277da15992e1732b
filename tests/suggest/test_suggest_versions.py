"""Versions of a cue are told from other cues, by name and by sound."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soxr
from hypothesis import given
from hypothesis import strategies as st
from sound_samples import make_music, write_sound
from suggest_samples import directions, make_record

from tagger_app.audio.discover import FoundFile
from tagger_app.scan.analyze import analyze, identify
from tagger_app.scan.records import analysed_record
from tagger_app.suggest.seeds import profile_of
from tagger_app.suggest.versions import (
    AGREEMENT,
    Family,
    Recording,
    are_versions,
    base_title,
    contour_agreement,
    recording_of,
)


def recording(name: str, **changes: object) -> Recording:
    profile = profile_of(make_record(name, directions(*[0.0] * 4), **changes))
    return recording_of(profile, profile.embedding, profile.sound)


@pytest.mark.parametrize(
    "title",
    [
        "Night Chase (30 sec)",
        "Night Chase 60s",
        "Night Chase - No Drums",
        "night chase (Alt Mix)",
        "Night Chase (Full Version)",
        "Night Chase_Strings Only",
        "Night Chase [Underscore]",
        "Night Chase, Instrumental",
        "Night Chase (30 sec edit) (remastered)",
    ],
)
def test_names_of_versions(title):
    assert base_title(title) == "night chase"
    facts = {"artist": "A", "album": "B", "duration_s": 30.0}
    assert are_versions(recording("x", title=title, **facts), recording("y", title="Night Chase", **facts))
    assert not are_versions(recording("x", title=title, **facts), recording("y", title="Night Train", **facts))
    elsewhere = recording("y", title="Night Chase", artist="C", album="D", duration_s=99.0)
    assert not are_versions(recording("x", title=title, **facts), elsewhere)


@pytest.mark.parametrize(
    "title", ["Track 12", "Sonata No 5", "-60", "60", "7 Seconds Away", "Loop", "Main", "1999", "Part 2"]
)
def test_other_names_stay(title):
    assert base_title(title) == title.casefold()


def test_two_of_one_name_may_be_anything():
    facts = {"title": "Main Theme", "artist": "A", "album": "B"}
    assert not are_versions(recording("x", **facts), recording("y", **facts))
    assert are_versions(recording("x", fingerprint="f"), recording("y", fingerprint="f"))
    assert not are_versions(recording("x", fingerprint=""), recording("y", fingerprint=""))


@given(seed=st.integers(0, 999), n_points=st.integers(0, 400), start=st.integers(0, 200), shift=st.integers(-20, 20))
def test_a_part_is_found_wherever_it_lies_and_however_loud(seed, n_points, start, shift):
    levels = np.random.default_rng(seed).normal(-20, 5, 700).astype(np.float32)
    whole = replace(recording("whole"), levels=levels)
    part = replace(whole, levels=levels[start : start + n_points] + np.float32(shift))
    other = replace(whole, levels=np.random.default_rng(seed + 1_000).normal(-20, 5, 400).astype(np.float32))
    agreement = contour_agreement(whole, part)
    assert contour_agreement(part, whole) == agreement
    is_long_enough = n_points * whole.point_s >= 18.5
    assert agreement == (pytest.approx(1.0, abs=1e-3) if is_long_enough else agreement)
    assert -1 <= agreement <= 1.001
    assert contour_agreement(whole, other) < 0.7


@given(seed=st.integers(0, 999), order=st.permutations(range(6)))
def test_a_family_knows_its_members_in_whatever_order_they_came(seed, order):
    """A whole, parts of it that share nothing, a copy, and what is a version by name alone."""
    levels = np.random.default_rng(seed).normal(-20, 5, 1_500).astype(np.float32)
    whole = replace(recording("whole", artist="a", album="b", title="night chase"), levels=levels)
    stem = replace(whole, fingerprint="s", title="night chase - no drums", levels=levels[::-1].copy())
    parts = [replace(whole, fingerprint=str(start), levels=levels[start : start + 450]) for start in (0, 500, 1_000)]
    members = [whole, *parts, replace(whole, fingerprint="copy", levels=levels + np.float32(3)), stem]
    ordered = [members[number] for number in order]
    family = Family(*ordered[:2])
    for member in ordered[2:]:
        family.add(member)
    assert len(family) == 6
    stranger = replace(recording("stranger", title="dawn"), levels=levels[:500][::-1].copy())
    for other in (*members, replace(whole, fingerprint="new", title="x", levels=levels[200:800]), stranger):
        assert family.has(other) == any(are_versions(other, member) for member in members)
    assert not Family(stranger).has(whole)
    joined = Family(stranger)
    joined.join(family)
    assert len(joined) == 7
    assert all(joined.has(member) for member in members)


def test_constant_level_says_nothing():
    flat = replace(recording("flat"), levels=np.full(700, -20.0, np.float32))
    assert contour_agreement(flat, replace(flat, levels=np.full(400, -35.0, np.float32))) < AGREEMENT


def test_real_files(tmp_path: Path, ensemble, bundle):
    """A transcode, a softer copy at another rate, and a cut-down with fades, each heard by the whole chain."""
    music = make_music(48.0, seed=3) * np.repeat(np.random.default_rng(3).uniform(0.2, 1, 96), 22_050)[:, np.newaxis]
    music = music.astype(np.float32)
    cut = music[10 * 44_100 + 1_234 : 36 * 44_100].copy()
    ramp = np.linspace(0, 1, 44_100, dtype=np.float32)[:, np.newaxis]
    cut[:44_100] *= ramp
    cut[-44_100:] *= ramp[::-1]
    files = [
        write_sound(tmp_path / "a.flac", music, kind="flac"),
        write_sound(tmp_path / "a.mp3", music, kind="mp3"),
        write_sound(tmp_path / "a.opus", soxr.resample(music, 44_100, 48_000) * 0.5, 48_000, "opus"),
        write_sound(tmp_path / "cut.mp3", cut, kind="mp3"),
        write_sound(tmp_path / "other.flac", make_music(48.0, seed=4), kind="flac"),
    ]
    recordings = []
    for path in files:
        found = FoundFile(str(path), 1, 1)
        profile = profile_of(analysed_record(found, identify(str(path)), analyze(str(path), ensemble), bundle))
        recordings.append(recording_of(profile, profile.embedding, profile.sound))
    original, *versions, other = recordings
    for version in versions:
        assert contour_agreement(original, version) > AGREEMENT
        assert are_versions(original, version)
    assert not are_versions(original, other)
