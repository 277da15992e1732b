"""How good suggestions are: `python tests/benchmarks/suggestion_quality.py --config trainer/configs/default.toml`.

Every track of the trainer's corpora is a seed, and the library is what its fold's models have not learned from: whole
soundtracks; members, embedding and all settings alike. All systems answer the same seeds from the same candidates:
copies of a recording are there once, and other versions of the seed's piece (by artist and title) are no candidates.

Precision at 10 is the share of the seed's own soundtrack in the first ten ("same soundtrack", of seeds that have
another track of it), and of tracks that share a genre ("shares a genre", of seeds that have a genre; "elsewhere" leaves
the seed's own soundtrack out, because tracks of one game package have the same labels). "Feel" is how far the first
five cues agree with a seed in their composer's words for how they feel (`trainer/evaluation/feels.py`); weights are
chosen by the sum of both precisions and this. Hubness is the skewness of how often a track is among the ten, coverage
the share of the library that ever is, diversity the mean distance between the ten (of means and deviations of the
coefficients), 1 being that of random lists. Intervals are 95 %, by bootstrap over soundtracks.

It needs the tile cache (`cuefit-trainer prepare`) and the fold members that `cuefit-trainer train` keeps; those that
are missing are trained. Every file is decoded once; what was heard is kept in the folder `--cache`. The comparison with
bliss-audio needs the package of that name (0.2 was measured).
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
from rich.console import Console
from rich.progress import Progress
from rich.progress import track as progress
from threadpoolctl import threadpool_limits

from tagger_app.audio.decode import open_audio
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.ensemble.embedding import n_statistics
from tagger_app.features.mfcc import Floats, Frames, MfccStream
from tagger_app.features.motion import contour_db, level_contour, pool_dynamics, pool_pace, tile_motion
from tagger_app.features.spec import FeatureSpec
from tagger_app.genres import GENRES, genre_key
from tagger_app.index.sound import LEVELS_PER_TILE
from tagger_app.suggest.hubness import choose_exponents, reaches, similarity, squared_distances
from tagger_app.suggest.request import ASPECTS, DEFAULT_WEIGHTS
from tagger_app.suggest.vectors import track_layout, track_vectors
from trainer.bundle.embedding import Described, HeldOutEmbeddings, describe_dataset, embed_folds
from trainer.configuration import Configuration, load_configuration
from trainer.corpora.loading import load_tracks
from trainer.evaluation.calibration import calibrate
from trainer.evaluation.retrieval import Figures, Library, interval_over_soundtracks, measure
from trainer.learning.cross_validation import track_means
from trainer.learning.systems import System
from trainer.tiles.cache import TileCache, TileRecord
from trainer.tiles.dataset import Dataset, load_dataset
from trainer.train_command import measure_members

Doubles = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Similarities = list[npt.NDArray[np.floating]]
"""Of each track to each other, for each library."""

_STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
WEIGHTS = tuple(dict(zip(ASPECTS, weights, strict=True)) for weights in product(_STEPS, (2.0,), _STEPS, _STEPS))
"""Weights of the aspects that are tried, the timbre counting 2."""


@dataclass(frozen=True)
class Heard:
    """What the tiles of a track don't say: its frames, and what bliss-audio makes of it, float32 [shape=(23,)]."""

    frames: Frames
    bliss: Floats


@dataclass(frozen=True)
class Learned:
    """What the members of each fold make of the tracks that they have not learned from.

    Attributes
    ----------
    fits, curves : of all tracks [shape=(n_tracks, 10)] and tiles [shape=(n_tiles, 10)], each by its fold's members and
        calibrated on the other folds; NaN for untrained genres
    held_out : of each fold
    """

    described: Described
    fits: Floats
    curves: Floats
    held_out: list[HeldOutEmbeddings]


def learn(configuration: Configuration, dataset: Dataset, cache: Path, console: Console) -> Learned:
    """Fold members, trained unless they are there, and what they hear."""
    training, bundle = configuration.training, configuration.bundle
    genres = choose_bundle().trained_genres
    system = System(
        dataset, training, configuration.system, configuration.augmentation, bundle.work / "systems", bundle.centre
    )
    with Progress(console=console) as shown:
        task = shown.add_task("fold members")
        measured = measure_members(
            system,
            bundle.work / "members",
            bundle.threshold_beta,
            lambda _, n_done, n_steps: shown.update(task, completed=n_done, total=n_steps),
        )
    folds, answers = measured.folds, measured.answers
    by_fold = []
    for fold in progress(range(training.folds), "descriptors", console=console):
        kept = cache / f"{system.key}-{'-'.join(map(genre_key, genres))}-{fold}.npy"
        if not kept.exists():
            own = [
                member for member in measured.members if member.part.fold == fold and set(member.genres) & set(genres)
            ]
            np.save(kept, describe_dataset(dataset, system.tiles(fold), own))
        by_fold.append(np.load(kept))
    fits = np.full(answers.track_logits.shape, np.nan, dtype=np.float32)
    curves = np.full(answers.tile_logits.shape, np.nan, dtype=np.float32)
    columns = list(map(GENRES.index, genres))
    fits[:, columns] = measured.held_out.fits[:, columns]
    for fold in range(training.folds):
        others, heard = folds != fold, (folds == fold)[dataset.owner]
        for genre in columns:
            fitted = calibrate(
                answers.track_logits[others, genre], dataset.labels[others, genre], measured.weights[others],
                bundle.threshold_beta,
            )  # fmt: skip
            curves[heard, genre] = fitted.fits(answers.tile_logits[heard, genre])
    described = Described(dataset, folds, by_fold, n_statistics(FeatureSpec()), bundle.embedding_size)
    console.print("learning and choosing embeddings, each fold's from the others")
    return Learned(described, fits, curves, embed_folds(described))


def hear(dataset: Dataset, tiles: TileCache, cache: Path, console: Console) -> list[Heard]:
    """Decode every track, unless the cache has it."""
    heard = []
    for track in progress(dataset.tracks, "decoding", console=console):
        record = tiles.find(track.path)
        assert isinstance(record, TileRecord)
        kept = cache / f"heard-{record.fingerprint}.npz"
        if not kept.exists():
            frames, bliss = _decode(track.path)
            np.savez(
                kept, power=frames.power, peak=frames.peak, strokes=frames.strokes,
                rate_hz=frames.rate_hz, n_samples=frames.n_samples, bliss=bliss,
            )  # fmt: skip
        with np.load(kept) as arrays:
            frames = Frames(
                mfcc=np.zeros((len(arrays["power"]), 0), np.float32),
                power=arrays["power"],
                peak=arrays["peak"],
                strokes=arrays["strokes"],
                n_samples=int(arrays["n_samples"]),
                rate_hz=int(arrays["rate_hz"]),
            )
            heard.append(Heard(frames, arrays["bliss"]))
    return heard


def _decode(path: Path) -> tuple[Frames, Floats]:
    with open_audio(str(path)) as audio:
        stream = MfccStream(FeatureSpec(), audio.rate_hz)
        for block in audio.blocks:
            stream.push(block)
    return stream.finish(), _analyse_with_bliss(path)


def _analyse_with_bliss(path: Path) -> Floats:
    """The 23 descriptors of bliss-audio, all NaN where it isn't installed."""
    if importlib.util.find_spec("bliss_audio") is None:
        return np.full(23, np.nan, dtype=np.float32)
    bliss_audio = importlib.import_module("bliss_audio")
    try:
        song = bliss_audio.Song(str(path))
    except BaseException as error:
        # What its decoder can't open makes it panic, which is no ordinary exception.
        if type(error).__name__ != "PanicException":
            raise
        with tempfile.NamedTemporaryFile(suffix=".wav") as decoded, open_audio(str(path)) as audio:
            soundfile.write(decoded.name, np.concatenate(list(audio.blocks)), audio.rate_hz, subtype="FLOAT")
            song = bliss_audio.Song(decoded.name)
    return np.array(song.analysis, dtype=np.float32)


def aspect_similarities(learned: Learned, heard: Sequence[Heard]) -> dict[str, Similarities]:
    """Similarities by aspect, 0 to 1, with the application's own vectors, distances and hubness."""
    dataset, spec = learned.described.dataset, FeatureSpec()
    motions = [tile_motion(track.frames, spec) for track in heard]
    contours = [contour_db(level_contour(track.frames.power, spec, LEVELS_PER_TILE)) for track in heard]
    dynamics = np.stack([pool_dynamics(*pair) for pair in zip(motions, contours, strict=True)])
    paces = np.stack([pool_pace(motion) for motion in motions])
    counts = np.bincount(dataset.owner)
    by_aspect: dict[str, Similarities] = {aspect: [] for aspect in ASPECTS}
    for part in learned.held_out:
        chosen = part.library.chosen
        mask = np.isin(dataset.owner, chosen)
        vectors = track_vectors(
            learned.fits[chosen], learned.curves[mask], counts[chosen], part.embeddings,
            dynamics[chosen], paces[chosen],
        )  # fmt: skip
        layout = track_layout(part.embeddings.shape[1], dynamics.shape[1], paces.shape[1])
        reach, exponents = reaches(vectors, vectors, layout), choose_exponents(vectors, layout)
        for number, (aspect, columns) in enumerate(zip(ASPECTS, layout.columns, strict=True)):
            scaled = squared_distances(vectors[:, columns], vectors[:, columns])
            scaled /= reach[:, number] * reach[:, np.newaxis, number]
            by_aspect[aspect].append(similarity(scaled, exponents[number]))
    return by_aspect


def overall(
    by_aspect: Mapping[str, Similarities], weights: Mapping[str, float], libraries: Sequence[int]
) -> Similarities:
    """Weighted sums of aspects, for some libraries."""
    return [np.sum([weight * by_aspect[aspect][n] for aspect, weight in weights.items()], axis=0) for n in libraries]


def judge_weights(by_aspect: Mapping[str, Similarities], libraries: Sequence[Library]) -> Doubles:
    """Sum of both precisions and feel, for each of `WEIGHTS`: float64 [shape=(n_weights, n_libraries)]."""
    judged = np.zeros((len(WEIGHTS), len(libraries)))
    for (row, weights), n in product(enumerate(WEIGHTS), range(len(libraries))):
        figures = measure([(libraries[n], overall(by_aspect, weights, [n])[0])])
        judged[row, n] = figures.precision_soundtrack + figures.precision_genre + figures.agreement_in_feel
    return judged


def gaussian_similarities(dataset: Dataset, libraries: Sequence[Library]) -> Similarities:
    """One normal distribution of the coefficients a track, compared by the symmetrised Kullback-Leibler divergence.

    Mandel and Ellis, "Song-level features and support vector machines for music classification" (2005). All forty
    coefficients; with the customary twenty it is a little worse.
    """
    similarities: Similarities = []
    for library in libraries:
        frames = [dataset.tiles[i].astype(np.float64).transpose(0, 2, 1).reshape(-1, 40) for i in library.chosen]
        means = np.stack([own.mean(axis=0) for own in frames])
        covariances = np.stack([np.cov(own.T) + 1e-3 * np.eye(40) for own in frames])
        inverses = np.linalg.inv(covariances)
        divergence = np.empty((len(frames), len(frames)))
        for row in range(len(frames)):
            off = means - means[row]
            traces = np.einsum("jk,njk->n", covariances[row], inverses) + np.einsum(
                "njk,jk->n", covariances, inverses[row]
            )
            divergence[row] = traces + np.einsum("nj,njk,nk->n", off, inverses + inverses[row], off) - 80
        similarities.append(-divergence)
    return similarities


def principal_axes(described: Described, libraries: Sequence[Library]) -> Similarities:
    """Whitened principal axes of the mean hidden layers: the embedding of the first bundle."""
    similarities: Similarities = []
    for fold, library in enumerate(libraries):
        means = track_means(described.dataset, described.by_fold[fold][:, described.n_statistics :])
        others = means[described.folds != fold]
        centre = others.mean(axis=0)
        _, lengths, axes = np.linalg.svd(others - centre, full_matrices=False)
        axes, lengths = axes[: described.size], lengths[: described.size]
        vectors = (means[library.chosen] - centre) @ (axes.T / np.maximum(lengths, 1e-6))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        similarities.append(vectors @ vectors.T)
    return similarities


def coefficient_distances(described: Described, libraries: Sequence[Library]) -> list[Doubles]:
    """Euclidean distances of means and deviations of the coefficients: the yardstick of diversity."""
    values = described.by_fold[0][:, : described.n_statistics]
    means = track_means(described.dataset, values)
    deviations = np.sqrt(np.maximum(track_means(described.dataset, values**2) - means**2, 0))
    vectors = np.concatenate([means, deviations], axis=1)
    vectors = (vectors - vectors.mean(axis=0)) / vectors.std(axis=0)
    return [np.sqrt(squared_distances(*[vectors[library.chosen].astype(np.float32)] * 2)) for library in libraries]


def systems(
    learned: Learned, heard: Sequence[Heard], libraries: Sequence[Library], console: Console, seed: int
) -> Iterator[tuple[str, Similarities]]:
    """All systems and how they answer."""
    random = np.random.default_rng(seed)
    by_aspect = aspect_similarities(learned, heard)
    everything = range(len(libraries))
    judged = judge_weights(by_aspect, libraries)
    chosen = [WEIGHTS[int(np.argmax(np.delete(judged, left_out, axis=1).sum(axis=1)))] for left_out in everything]
    for fold, (weights, part) in enumerate(zip(chosen, learned.held_out, strict=True)):
        console.print(f"fold {fold + 1}: weights {_words(weights)}; {part.settings.describe()}", highlight=False)
    best = WEIGHTS[int(np.argmax(judged.sum(axis=1)))]
    console.print(f"best weights on all folds: {_words(best)}; those that ship: {_words(DEFAULT_WEIGHTS)}")
    yield "**Cuefit**", [overall(by_aspect, weights, [fold])[0] for fold, weights in enumerate(chosen)]
    yield "Cuefit, the weights that ship", overall(by_aspect, DEFAULT_WEIGHTS, everything)
    for aspect in ASPECTS:
        yield f"{aspect} alone", by_aspect[aspect]
    yield "Gaussian timbre models", gaussian_similarities(learned.described.dataset, libraries)
    bliss = np.stack([track.bliss for track in heard])
    if np.isfinite(bliss).all():
        vectors = [bliss[library.chosen] for library in libraries]
        yield "bliss-audio", [-np.sqrt(squared_distances(own, own)) for own in vectors]
    yield "hidden layers, principal axes", principal_axes(learned.described, libraries)
    yield "random", [random.random(library.candidates.shape) for library in libraries]


def _words(weights: Mapping[str, float]) -> str:
    return ", ".join(f"{aspect} {weight:g}" for aspect, weight in weights.items())


def print_tables(measured: Mapping[str, Figures], dataset: Dataset, console: Console, seed: int) -> None:
    """The comparison, and how far the first system is ahead of the others, as Markdown."""

    def figure(values: Doubles, figures: Figures) -> str:
        found = interval_over_soundtracks(values, dataset.soundtracks[figures.seeds], seed)
        return f"{found.value:.3f} ({found.low:.2f}-{found.high:.2f})"

    lines = [
        "| | same soundtrack | MAP | shares a genre | elsewhere | feel | hubness | coverage | diversity |",
        "| --- " * 9 + "|",
    ]
    random_distance = float(np.mean(measured["random"].distance))
    for name, figures in measured.items():
        cells = [
            figure(figures.soundtrack, figures),
            f"{np.nanmean(figures.average_precision):.3f}",
            figure(figures.genre, figures),
            f"{np.nanmean(figures.genre_elsewhere):.3f}",
            figure(figures.feel, figures),
            f"{figures.hubness:.2f}",
            f"{figures.coverage:.0%}",
            f"{np.mean(figures.distance) / random_distance:.2f}",
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    (first, ours), *others = measured.items()
    lines += ["", f"{first.strip('*')} less another, on the same seeds:", ""]
    lines += ["| | same soundtrack | shares a genre | feel |", "| --- | --- | --- | --- |"]
    for name, figures in others:
        cells = [
            figure(ours.soundtrack - figures.soundtrack, figures),
            figure(ours.genre - figures.genre, figures),
            figure(ours.feel - figures.feel, figures),
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    console.print("\n".join(lines), soft_wrap=True, highlight=False, markup=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=Path("trainer/configs/default.toml"))
    parser.add_argument("--cache", type=Path, default=Path("corpus-work/suggestions"))
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    console, started = Console(), time.monotonic()
    configuration = load_configuration(arguments.config)
    arguments.cache.mkdir(parents=True, exist_ok=True)
    tiles = TileCache(configuration.corpus.tiles, FeatureSpec())
    dataset = load_dataset(tiles, load_tracks(configuration))
    heard = hear(dataset, tiles, arguments.cache, console)
    with threadpool_limits(1):
        learned = learn(configuration, dataset, arguments.cache, console)
        libraries = [part.library for part in learned.held_out]
        yardstick = coefficient_distances(learned.described, libraries)
        measured = {
            name: measure(list(zip(libraries, similarities, strict=True)), yardstick)
            for name, similarities in systems(learned, heard, libraries, console, arguments.seed)
        }
    sizes = ", ".join(str(len(library.chosen)) for library in libraries)
    n_soundtracks = len(np.unique(dataset.soundtracks))
    console.print(f"{len(dataset.tracks)} seeds of {n_soundtracks} soundtracks; libraries of {sizes} tracks")
    print_tables(measured, dataset, console, arguments.seed)
    console.print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
