"""How fast Cuefit listens, as ratios inside one run: `python tests/benchmarks/scan_speed.py FOLDER`.

FOLDER holds real music, for instance that of the Debian package wesnoth-1.16-music. Every step is run over the same
tracks on one core, each as it is and as MP3, FLAC and WAV, and compared with decoding them alone with soundfile. Then a
whole scan with index and tags is compared with decoding alone in as many processes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import librosa
import numpy as np
import python_speech_features
import scipy.fft
import soundfile
from rich.console import Console
from rich.progress import track
from rich.table import Table
from threadpoolctl import threadpool_limits

from tagger_app.audio.decode import Floats, open_audio
from tagger_app.audio.discover import AUDIO_EXTENSIONS
from tagger_app.audio.fingerprint import fingerprint_stream
from tagger_app.ensemble.bundle import Bundle
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.ensemble.scoring import Ensemble
from tagger_app.features.mfcc import MfccStream
from tagger_app.features.tiles import cut_tiles, sounding_tiles
from tagger_app.scan.analyze import analyze, identify
from tagger_app.scan.events import ScanFinished, TagsFailed, TrackFailed
from tagger_app.scan.scan import ScanOptions, scan

_COPIES = {"mp3": "MP3", "flac": "FLAC", "wav": "WAV"}
_BLOCK_SAMPLES = 1 << 16
_BATCH_FRAMES = 32
_MINUTES = (1, 4, 10, 30)


def decode_alone(path: Path) -> float:
    """Decode a file with soundfile as blocks of float32; the floor. Returns its seconds."""
    with soundfile.SoundFile(path) as sound:
        buffer = np.empty((_BLOCK_SAMPLES, sound.channels), dtype=np.float32)
        while len(sound.read(out=buffer)):
            pass
        return float(sound.frames / sound.samplerate)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tracks", type=int, default=12, help="so many of them, from the shortest to the longest")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    arguments = parser.parse_args()
    console = Console()
    bundle = choose_bundle()
    console.print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    console.print(
        f"bundle {bundle.id}, {len(bundle.manifest.members)} members, {arguments.tracks} tracks of each format\n"
    )
    music = [path for path in arguments.folder.rglob("*") if path.suffix.lower() in AUDIO_EXTENSIONS]
    music.sort(key=lambda path: path.stat().st_size)
    spread = np.linspace(0, len(music) - 1, min(arguments.tracks, len(music))).round().astype(int)
    music = [music[index] for index in spread]
    with tempfile.TemporaryDirectory() as temporary:
        trees = make_copies(music, Path(temporary))
        with threadpool_limits(1):
            console.print(measure_steps(trees, bundle))
            console.print(measure_lengths(trees["as they are"], bundle))
        console.print(measure_scans(trees, bundle, arguments.workers, Path(temporary)))


def make_copies(music: Sequence[Path], folder: Path) -> dict[str, list[Path]]:
    """The tracks as they are, and in each other format."""
    trees: dict[str, list[Path]] = {"as they are": []}
    for path in track(music, "copies", transient=True):
        samples, rate_hz = soundfile.read(path, dtype="float32")
        for name, kind in (("as they are", ""), *_COPIES.items()):
            target = folder / name / (f"{path.stem}.{name}" if kind else path.name)
            target.parent.mkdir(exist_ok=True)
            if kind:
                soundfile.write(target, samples, rate_hz, format=kind)
            else:
                shutil.copyfile(path, target)
            trees.setdefault(name, []).append(target)
    return trees


def measure_steps(trees: dict[str, list[Path]], bundle: Bundle) -> Table:
    """Each step alone on one core, as a realtime factor."""
    table = Table(title="one core, x realtime (share of decoding alone)")
    for heading in ("step", *trees):
        table.add_column(heading, justify="left" if heading == "step" else "right")
    ensemble = Ensemble(bundle)
    spec = bundle.spec
    seconds = {name: sum(decode_alone(path) for path in paths) for name, paths in trees.items()}
    decoded = {name: [_decode(path) for path in paths] for name, paths in trees.items()}
    frames = {name: [_mfcc(bundle, *audio) for audio in recordings] for name, recordings in decoded.items()}
    tiles = {
        name: [
            (cut_tiles(track.mfcc, spec), sounding)
            for track in tracks
            if (sounding := sounding_tiles(track.power, spec)).any()
        ]
        for name, tracks in frames.items()
    }
    steps: dict[str, Callable[[str], None]] = {
        "decoding alone (soundfile)": lambda name: _each(decode_alone, trees[name]),
        "fingerprint and tags alone": lambda name: _each(lambda path: identify(str(path)), trees[name]),
        "fingerprint alone": lambda name: _each(fingerprint_stream, trees[name]),
        "MFCC alone": lambda name: _each(lambda audio: _mfcc(bundle, *audio), decoded[name]),
        "python_speech_features alone": lambda name: _each(lambda audio: _psf(bundle, *audio), decoded[name]),
        "members alone": lambda name: _each(lambda track: ensemble.score(*track), tiles[name]),
        "analysis: all of the above but psf": lambda name: _each(
            lambda path: (identify(str(path)), analyze(str(path), ensemble)), trees[name]
        ),
        "librosa: load and MFCC": lambda name: _each(partial(_librosa, bundle), trees[name][:3]),
    }
    floor = dict.fromkeys(trees, 0.0)
    _librosa(bundle, trees["as they are"][0])  # compiles what it needs when it is used for the first time
    for step, run in steps.items():
        cells = []
        for name in trees:
            share = 1.0 if not step.startswith("librosa") else sum(map(decode_alone, trees[name][:3])) / seconds[name]
            factor = seconds[name] * share / _best_of(3 if "librosa" not in step else 1, partial(run, name))
            floor[name] = floor[name] or factor
            cells.append(f"{factor:,.0f} ({factor / floor[name]:.2f})")
        table.add_row(step, *cells)
    return table


def measure_lengths(paths: list[Path], bundle: Bundle) -> Table:
    """MFCC beside python_speech_features and beside its Fourier transforms alone, for recordings of some lengths.

    psf makes arrays in float64 of the whole recording, and slows down once they outgrow the processor's memory.
    """
    table = Table(title="MFCC, times as fast")
    for heading in ("minutes", "as psf", "as the Fourier transforms of psf", "share of own Fourier transforms"):
        table.add_column(heading, justify="right")
    samples, rate_hz = _decode(max(paths, key=lambda path: path.stat().st_size))
    n_frame = bundle.spec.frame_samples(rate_hz)
    for minutes in _MINUTES:
        music = np.resize(samples, minutes * 60 * rate_hz)
        frames = music[: len(music) // n_frame * n_frame].reshape(-1, n_frame)
        batches = np.split(frames, range(_BATCH_FRAMES, len(frames), _BATCH_FRAMES))
        own = _best_of(3, partial(_mfcc, bundle, music, rate_hz))
        psf = _best_of(3, partial(_psf, bundle, music, rate_hz))
        psf_transforms = _best_of(3, partial(np.fft.rfft, frames.astype(np.float64)))
        transforms = _best_of(3, partial(_each, scipy.fft.rfft, batches))
        cells = (psf / own, psf_transforms / own, transforms / own)
        table.add_row(str(minutes), *(f"{cell:.2f}" for cell in cells))
    return table


def measure_scans(trees: dict[str, list[Path]], bundle: Bundle, n_workers: int, folder: Path) -> Table:
    """Whole scans beside decoding alone on the same cores; the start of the workers is counted apart."""
    table = Table(title=f"{n_workers} processes")
    headings = (
        "tracks",
        "decoding alone",
        "scan",
        "scan / decoding",
        "scan with tags",
        "with tags / decoding",
        "rescan",
    )
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "tracks" else "right")
    spawn = multiprocessing.get_context("spawn")
    for name, paths in trees.items():
        with ProcessPoolExecutor(n_workers, mp_context=spawn, initializer=_hold_to_one_thread) as pool:
            list(pool.map(decode_alone, paths[:n_workers]))
            started = time.perf_counter()
            seconds = sum(pool.map(decode_alone, paths))
            alone = seconds / (time.perf_counter() - started)
        plain = seconds / _scan(paths, folder / f"{name}.db", bundle, ScanOptions(n_workers))
        tagged = seconds / _scan(paths, folder / f"{name}-tags.db", bundle, ScanOptions(n_workers, write_tags=True))
        started = time.perf_counter()
        for _ in scan([str(paths[0].parent)], folder / f"{name}-tags.db", bundle, ScanOptions(n_workers)):
            pass
        again = time.perf_counter() - started
        cells = (f"{alone:,.0f}", f"{plain:,.0f}", f"{plain / alone:.2f}", f"{tagged:,.0f}", f"{tagged / alone:.2f}")
        table.add_row(name, *cells, f"{again * 1000:.0f} ms")
    return table


def _scan(paths: list[Path], index_path: Path, bundle: Bundle, options: ScanOptions) -> float:
    """Seconds of a scan, less those in which the workers start."""
    started = time.perf_counter()
    for event in scan([str(paths[0].parent)], index_path, bundle, options):
        if isinstance(event, (TrackFailed, TagsFailed)):
            raise RuntimeError(f"{event.path}: {event.reason}")
        if isinstance(event, ScanFinished) and event.n_tracks != len(paths):
            raise RuntimeError(f"{event.n_tracks} tracks in the index, not {len(paths)}")
    whole = time.perf_counter() - started
    return whole - _start_of_workers(bundle, options.n_workers)


def _start_of_workers(bundle: Bundle, n_workers: int) -> float:
    """Seconds until workers have started, heard nothing and stopped."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(2 * n_workers):
            soundfile.write(Path(folder) / f"{number}.wav", np.zeros(100), 44_100)
        started = time.perf_counter()
        for _ in scan([folder], Path(folder) / "library.db", bundle, ScanOptions(n_workers)):
            pass
        return time.perf_counter() - started


def _hold_to_one_thread() -> None:
    threadpool_limits(1)


def _decode(path: Path) -> tuple[Floats, int]:
    with open_audio(path) as audio:
        return np.concatenate(list(audio.blocks)), audio.rate_hz


def _mfcc(bundle: Bundle, samples: Floats, rate_hz: int) -> object:
    stream = MfccStream(bundle.spec, rate_hz)
    for start in range(0, len(samples), _BLOCK_SAMPLES):
        stream.push(samples[start : start + _BLOCK_SAMPLES])
    return stream.finish()


def _psf(bundle: Bundle, samples: Floats, rate_hz: int) -> object:
    spec = bundle.spec
    n_samples = spec.frame_samples(rate_hz)
    return python_speech_features.mfcc(
        samples, rate_hz, winlen=n_samples / rate_hz, winstep=spec.hop_samples(rate_hz) / rate_hz, numcep=spec.n_mfcc,
        nfilt=spec.n_mels, nfft=n_samples, lowfreq=spec.min_hz, highfreq=spec.max_hz, preemph=0.0, ceplifter=0,
        appendEnergy=False, winfunc=np.hanning,
    )  # fmt: skip


def _librosa(bundle: Bundle, path: Path) -> object:
    samples, rate_hz = librosa.load(path)
    spec = bundle.spec
    n_fft = spec.frame_samples(int(rate_hz))
    return librosa.feature.mfcc(
        y=samples, sr=rate_hz, n_mfcc=spec.n_mfcc, n_mels=spec.n_mels, n_fft=n_fft, hop_length=n_fft
    )


def _each(function: Callable[..., object], values: Sequence[object]) -> None:
    for value in values:
        function(value)


def _best_of(n_runs: int, run: Callable[[], object]) -> float:
    """Seconds of the fastest of some runs: what the machine's other work disturbed least."""
    times = []
    for _ in range(n_runs):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)


if __name__ == "__main__":
    main()
