"""What is heard in one file depends on its sound alone."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import numpy as np
import pytest
import soundfile
import soxr
from sound_samples import make_music, write_music, write_sound

from tagger_app.errors import DecodeError
from tagger_app.genres import GENRES
from tagger_app.scan.analyze import analyze, identify


def test_an_analysis_is_whole(tmp_path, ensemble, bundle):
    path = write_music(tmp_path / "music.flac", 20.0, "flac")
    analysis = analyze(str(path), ensemble)
    assert (analysis.duration_s, analysis.rate_hz, analysis.n_channels) == (20.0, 44_100, 2)
    assert (analysis.codec, analysis.unscored, analysis.short) == ("FLAC", "", False)
    scores = analysis.scores
    trained = np.array([genre in bundle.trained_genres for genre in GENRES])
    assert np.array_equal(np.isfinite(scores.fits), trained)
    assert ((scores.fits[trained] >= 0) & (scores.fits[trained] <= 1)).all()
    assert scores.curve.shape == (3, 10)
    assert np.linalg.norm(scores.embedding) == pytest.approx(1.0, abs=1e-5)
    assert analysis.overview.dtype == np.uint8
    again = analyze(str(path), ensemble)
    assert np.array_equal(again.scores.fits, scores.fits, equal_nan=True)
    assert np.array_equal(again.scores.curve, scores.curve, equal_nan=True)
    assert np.array_equal(again.scores.embedding, scores.embedding)


def test_lossless_copies_are_heard_alike(tmp_path, ensemble):
    whole_numbers = (make_music(6.0) * 32_768).astype(np.int16)
    paths = [
        write_sound(tmp_path / f"music.{kind}", whole_numbers, kind=kind) for kind in ("wav16", "flac", "aiff", "w64")
    ]
    floats = np.asarray(whole_numbers / 32_768, dtype=np.float32)
    paths += [write_sound(tmp_path / f"music.{kind}", floats, kind=kind) for kind in ("wav32f", "alac")]
    fits = [analyze(str(path), ensemble).scores.fits for path in paths]
    for other in fits[1:]:
        np.testing.assert_array_equal(other, fits[0])


def test_fits_depend_little_on_the_rate(tmp_path, demo_folder, ensemble):
    """44.1, 48 and 96 kHz versions of one recording: within 0.02."""
    samples, rate_hz = soundfile.read(demo_folder / "hard_boiled.ogg", dtype="float32", always_2d=True)
    samples = samples.mean(axis=1, keepdims=True)
    fits = []
    for new_rate_hz in (44_100, 48_000, 96_000):
        resampled = soxr.resample(samples, rate_hz, new_rate_hz, quality="VHQ")
        path = write_sound(tmp_path / f"{new_rate_hz}.wav", resampled, new_rate_hz, "wav32f")
        analysis = analyze(str(path), ensemble)
        assert analysis.rate_hz == new_rate_hz
        fits.append(analysis.scores.fits)
    assert np.nanmax(np.ptp(fits, axis=0)) <= 0.02


@pytest.mark.parametrize(
    ("seconds", "unscored", "short"),
    [(0.2, "shorter than 1 s", True), (0.99, "shorter than 1 s", True), (1.0, "", True)],
)
def test_short_sounds(tmp_path, ensemble, seconds, unscored, short):
    analysis = analyze(str(write_music(tmp_path / "short.wav", seconds)), ensemble)
    assert (analysis.unscored, analysis.short) == (unscored, short)
    assert (analysis.scores is None) == bool(unscored)
    assert analysis.duration_s == pytest.approx(seconds)
    assert len(analysis.overview)


def test_silence_gets_no_fits(tmp_path, ensemble):
    path = write_sound(tmp_path / "silence.wav", np.zeros((44_100 * 11, 2), np.float32))
    analysis = analyze(str(path), ensemble)
    assert (analysis.scores, analysis.unscored) == (None, "silent")
    assert not analysis.overview.any()


def test_silence_around_the_music_counts_for_nothing(tmp_path, ensemble, bundle):
    """Two tiles of music between silences of whole tiles: those have no place in the curve or in the mean."""
    music = make_music(20.0)[: 2 * 409_600]
    silence = np.zeros((409_600, 2), np.float32)
    alone = analyze(str(write_sound(tmp_path / "a.wav", music)), ensemble).scores
    between = analyze(str(write_sound(tmp_path / "b.wav", np.concatenate([silence, music, silence]))), ensemble).scores
    np.testing.assert_array_equal(between.fits, alone.fits)
    np.testing.assert_array_equal(between.curve[1:3], alone.curve)
    assert np.isnan(between.curve[[0, 3]]).all()
    assert between.curve.shape == (4, 10)


def test_the_overview_is_the_shape_of_the_waveform(tmp_path, ensemble):
    music = np.full((44_100 * 200, 1), 0.25, np.float32)
    music[44_100 * 100] = -1.0
    overview = analyze(str(write_sound(tmp_path / "music.wav", music)), ensemble).overview
    assert len(overview) == 1000
    peak = int(overview.argmax())
    assert peak in (499, 500)
    assert overview[peak] == 255
    assert (np.delete(overview, peak) == 64).all()


def test_unreadable_tags_do_not_keep_a_file_from_being_heard(tmp_path, ensemble):
    path = write_music(tmp_path / "music.flac", 1.5, "flac")
    broken = path.read_bytes().replace(b"reference libFLAC", b"\xff" * 17)
    path.write_bytes(b"ID3\x04\x00\x00\x00\x00\x00\x0a" + b"\xff" * 10 + broken)
    assert len(identify(str(path)).fingerprint) == 32
    assert analyze(str(path), ensemble).scores is not None


@pytest.mark.parametrize("content", [b"", b"text " * 1000])
def test_no_audio(tmp_path, ensemble, content):
    path = tmp_path / "music.mp3"
    path.write_bytes(content)
    for hear in (identify, lambda path: analyze(path, ensemble)):
        with pytest.raises(DecodeError):
            hear(str(path))


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is counted in other units elsewhere")
def test_a_long_file_needs_no_more_memory_than_a_short_one(tmp_path):
    """A quarter of an hour takes 80 MB as float samples."""
    music = make_music(10.0, 22_050, 1)
    paths = []
    for n_repeats in (1, 90):
        paths.append(str(tmp_path / f"{n_repeats}.wav"))
        with soundfile.SoundFile(paths[-1], "w", 22_050, 1, "PCM_16") as file:
            for _ in range(n_repeats):
                file.write(music)
    script = """
        import resource, sys
        from pathlib import Path
        from tagger_app.ensemble.choose import choose_bundle
        from tagger_app.ensemble.scoring import Ensemble
        from tagger_app.scan.analyze import analyze


        def peak_kib():
            # On Linux ru_maxrss begins at what the parent had when it started this process.
            if (status := Path("/proc/self/status")).exists():
                return int(status.read_text().split("VmHWM:")[1].split()[0])
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


        ensemble = Ensemble(choose_bundle())
        for path in sys.argv[1:]:
            seconds = analyze(path, ensemble).duration_s
            print(seconds, peak_kib())
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *paths], capture_output=True, text=True, check=True
    )
    (_, short_kib), (seconds, long_kib) = (map(float, line.split()) for line in run.stdout.splitlines())
    assert seconds == 900
    assert long_kib - short_kib < 30_000
    assert long_kib < 400_000
