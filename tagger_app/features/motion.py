"""How a track moves: its level over time, its onsets and its tempo, tile by tile and as a whole.

Onsets are rises of the logarithm of short-time energy, of the samples and of their differences, in steps of 11.6 ms;
tempo is the lag at which their autocorrelation, weighted by how people tap (Ellis 2007, "Beat tracking by dynamic
programming"), is largest. No Fourier transform is made that the coefficients don't need already.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import scipy.fft

from tagger_app.features.mfcc import STROKES, Floats, Frames
from tagger_app.features.spec import FeatureSpec
from tagger_app.features.tiles import SILENCE_POWER, repeat_frames, tile_starts

COLUMNS = ("level_db", "range_db", "crest_db", "slope_db", "onsets_per_s", "flux", "tempo_bpm", "clarity")
"""What is said of each tile: mean level, range of the level of its frames (10th to 95th percentile), peak above level,
change of level from start to end; onsets a second, mean rise a second in nepers, tempo, and how far the beat stands
out (0 to 1)."""

QUIETEST_DB = -80.0
_LEVEL_STEP_DB = 0.4
_LEVEL_FLOOR_DB = -100.0

_RISE_STEPS = 2
_RELATIVE_FLOOR = 1e-3
"""Energy, as a share of the tile's mean, below which rises aren't heard: 30 dB."""
_LEAST_RISE = 0.4
_ONSET_REACH = 4
_MEAN_REACH = 30
_SLOWEST_BPM, _FASTEST_BPM = 40.0, 240.0
_PREFERRED_BPM = 120.0
_PREFERENCE_OCTAVES = 1.0
_TILES_AT_ONCE = 128

_SHAPE_POINTS = 16
_SHAPE_ORDERS = 4


def level_contour(power: Floats, spec: FeatureSpec, points_per_tile: int) -> npt.NDArray[np.uint8]:
    """Level over time, as many points as `points_per_tile` in the length of a tile: uint8 [shape=(n_points,)].

    Steps of 0.4 dB from -100 dB relative to full scale; `contour_db` turns them into decibels.

    Parameters
    ----------
    power : float32 [shape=(n_frames,)], mean square of each frame
    """
    n_points = max(1, -(-len(power) * points_per_tile // spec.tile_frames)) if len(power) else 0
    if not n_points:
        return np.zeros(0, np.uint8)
    starts = np.minimum(np.arange(n_points) * spec.tile_frames // points_per_tile, len(power) - 1)
    counts = np.diff(np.append(starts, len(power)))
    means = np.add.reduceat(power, starts) / np.maximum(counts, 1)
    steps = (_decibels(means.astype(np.float32)) - _LEVEL_FLOOR_DB) / _LEVEL_STEP_DB
    return np.asarray(np.rint(np.clip(steps, 0, 255)), dtype=np.uint8)


def contour_db(levels: npt.NDArray[np.uint8]) -> Floats:
    """A level contour in decibels relative to full scale."""
    return np.asarray(levels * np.float32(_LEVEL_STEP_DB) + np.float32(_LEVEL_FLOOR_DB), dtype=np.float32)


def tile_motion(frames: Frames, spec: FeatureSpec) -> Floats:
    """Dynamics and pace of each tile: float32 [shape=(n_tiles, len(COLUMNS))]; NaN in silent tiles."""
    power, peak, strokes = (repeat_frames(array, spec) for array in (frames.power, frames.peak, frames.strokes))
    starts = tile_starts(len(power), spec)
    motion = np.empty((len(starts), len(COLUMNS)), dtype=np.float32)
    stroke_s = spec.hop_samples(frames.rate_hz) / frames.rate_hz / STROKES
    within = np.arange(spec.tile_frames)
    for first in range(0, len(starts), _TILES_AT_ONCE):
        rows = starts[first : first + _TILES_AT_ONCE, np.newaxis] + within
        part = motion[first : first + _TILES_AT_ONCE]
        part[:, :4] = _dynamics(power[rows], peak[rows])
        part[:, 4:] = _pace(strokes[rows].reshape(len(rows), -1, 2), stroke_s)
        part[power[rows].mean(axis=1) < SILENCE_POWER] = np.nan
    return motion


def pool_dynamics(motion: Floats, levels_db: Floats, weights: Floats | None = None) -> Floats:
    """Dynamics of a track or a stretch of it, in deviations over a large library: float32 [shape=(8,)].

    Level, how it changes from tile to tile, range and crest within tiles, and the shape of its course: the first four
    cosine coefficients of the contour (rise, arch...), which say the same of a short and a long track.

    Parameters
    ----------
    motion : float [shape=(n_tiles, len(COLUMNS))], NaN in silent tiles
    levels_db : float [shape=(n_points,)], the contour in decibels
    weights : float [shape=(n_tiles,)], how far each tile counts; None for all alike
    """
    values, weights = _sounding(motion, weights)
    level, spread = _mean_and_spread(np.maximum(values[:, 0], QUIETEST_DB), weights)
    values_mean = weights @ values
    described = np.array([level, spread, values_mean[1], values_mean[2]])
    return np.concatenate(
        [(described - _DYNAMICS_MEAN) / _DYNAMICS_DEVIATION, _shape(levels_db) / _SHAPE_DEVIATION]
    ).astype(np.float32)


def pool_pace(motion: Floats, weights: Floats | None = None) -> Floats:
    """Pace of a track or a stretch of it, in deviations over a large library: float32 [shape=(7,)].

    Onsets a second (as octaves) and how they change from tile to tile, mean rise, clarity of the beat; and tempo as a
    point on a circle, where double and half tempo are one (after the cyclic tempogram, Grosche et al. 2010), and as a
    height, both only as far as there is a beat.

    Parameters
    ----------
    as for `pool_dynamics`
    """
    values, weights = _sounding(motion, weights)
    onsets, spread = _mean_and_spread(np.log2(values[:, 4] + 0.5), weights)
    clarity = values[:, 7]
    octaves = np.log2(np.maximum(values[:, 6], 1.0) / _PREFERRED_BPM)
    circle = np.exp(2j * np.pi * octaves) * clarity @ weights
    described = np.array([onsets, spread, np.log2(values[:, 5] + 1.0) @ weights, clarity @ weights])
    tempo = np.array([circle.real, circle.imag, (octaves * clarity) @ weights])
    return np.concatenate([(described - _PACE_MEAN) / _PACE_DEVIATION, tempo / _TEMPO_DEVIATION]).astype(np.float32)


def tile_dynamics_pace(motion: Floats) -> Floats:
    """Dynamics (first `N_TILE_DYNAMICS` columns) and pace of single tiles, in deviations over a large library.

    Returns
    -------
    float32 [shape=(n_tiles, N_TILE_DYNAMICS + N_TILE_PACE)]; NaN in silent tiles
    """
    level, spread_db, crest, slope, onsets, flux, tempo, clarity = motion.astype(np.float32).T
    octaves = np.log2(np.maximum(tempo, 1.0) / _PREFERRED_BPM)
    described = np.stack(
        [np.maximum(level, QUIETEST_DB), spread_db, crest, slope, np.log2(onsets + 0.5), np.log2(flux + 1.0), clarity]
    )
    scaled = (described - _TILE_MEAN[:, np.newaxis]) / _TILE_DEVIATION[:, np.newaxis]
    circle = np.exp(2j * np.pi * octaves) * clarity
    tempo_parts = np.stack([circle.real, circle.imag, octaves * clarity]) / _TILE_TEMPO_DEVIATION[:, np.newaxis]
    return np.concatenate([scaled, tempo_parts]).T.astype(np.float32)


N_DYNAMICS, N_PACE = 4 + _SHAPE_ORDERS, 7
N_TILE_DYNAMICS, N_TILE_PACE = 4, 6

# Means and deviations over 200 tracks of free game music of all kinds (their tiles, for those of tiles).
_DYNAMICS_MEAN = np.array([-19.3, 2.8, 10.9, 14.7])
_DYNAMICS_DEVIATION = np.array([5.1, 2.3, 4.8, 2.1])
_SHAPE_DEVIATION = np.array([2.0, 2.1, 1.5, 1.7])
_PACE_MEAN = np.array([2.57, 0.25, 4.34, 0.47])
_PACE_DEVIATION = np.array([0.37, 0.15, 0.53, 0.2])
_TEMPO_DEVIATION = np.array([0.32, 0.3, 0.13])
_TILE_MEAN = np.array([-19.6, 10.9, 14.9, 0.0, 2.6, 4.4, 0.48])
_TILE_DEVIATION = np.array([6.7, 9.6, 3.1, 11.6, 0.44, 0.64, 0.23])
_TILE_TEMPO_DEVIATION = np.array([0.39, 0.35, 0.21])


def _decibels(power: Floats) -> Floats:
    return np.asarray(10.0 * np.log10(np.maximum(power, 1e-10)), dtype=np.float32)


def _dynamics(power: Floats, peak: Floats) -> Floats:
    """Level, range, crest and slope of tiles [shape=(n_tiles, tile_frames)] -> [shape=(n_tiles, 4)]."""
    levels = np.maximum(_decibels(power), QUIETEST_DB)
    level = _decibels(power.mean(axis=1))
    quiet, loud = np.percentile(levels, [10, 95], axis=1)
    crest = 2 * _decibels(peak.max(axis=1)) - level
    ramp = np.linspace(-0.5, 0.5, levels.shape[1])
    slope = levels @ ramp / (ramp @ ramp)
    return np.stack([level, loud - quiet, np.maximum(crest, 0.0), slope], axis=1)


def _pace(strokes: Floats, stroke_s: float) -> Floats:
    """Onsets, flux, tempo and clarity of tiles [shape=(n_tiles, n_strokes, 2)] -> [shape=(n_tiles, 4)]."""
    rises = _rises(strokes)
    seconds = rises.shape[1] * stroke_s
    onsets = _count_onsets(rises) / seconds
    tempo, clarity = _tempo(rises, stroke_s)
    return np.stack([onsets, rises.sum(axis=1) / seconds, tempo, clarity], axis=1)


def _rises(strokes: Floats) -> Floats:
    """How far the logarithms of both energies rise over two steps, [shape=(n_tiles, n_strokes)]."""
    floor = strokes.mean(axis=1, keepdims=True) * np.float32(_RELATIVE_FLOOR) + np.float32(1e-12)
    logs = np.log(strokes + floor)
    rises = np.zeros(strokes.shape[:2], dtype=np.float32)
    rises[:, _RISE_STEPS:] = np.maximum(logs[:, _RISE_STEPS:] - logs[:, :-_RISE_STEPS], 0.0).mean(axis=2)
    return rises


def _count_onsets(rises: Floats) -> npt.NDArray[np.int64]:
    """Peaks of each row that are the largest within 46 ms and stand out from the mean of the 0.7 s around."""
    padded = np.pad(rises, ((0, 0), (_ONSET_REACH, _ONSET_REACH)))
    n_strokes = rises.shape[1]
    is_peak = rises >= _LEAST_RISE
    for shift in range(1, _ONSET_REACH + 1):
        before = padded[:, _ONSET_REACH - shift : _ONSET_REACH - shift + n_strokes]
        after = padded[:, _ONSET_REACH + shift : _ONSET_REACH + shift + n_strokes]
        is_peak &= (rises > before) & (rises >= after)
    sums = np.pad(np.cumsum(rises, axis=1, dtype=np.float64), ((0, 0), (1, 0)))
    steps = np.arange(n_strokes)
    start, end = np.maximum(steps - _MEAN_REACH, 0), np.minimum(steps + _MEAN_REACH, n_strokes)
    around = (sums[:, end] - sums[:, start]) / (end - start)
    return np.asarray((is_peak & (rises > around + _LEAST_RISE / 2)).sum(axis=1))


def _tempo(rises: Floats, stroke_s: float) -> tuple[Floats, Floats]:
    """Beats a minute and clarity of each row."""
    n_strokes = rises.shape[1]
    centred = rises - rises.mean(axis=1, keepdims=True)
    size = scipy.fft.next_fast_len(2 * n_strokes, real=True)
    spectrum = scipy.fft.rfft(centred, size, axis=1)
    correlation = scipy.fft.irfft(spectrum.real**2 + spectrum.imag**2, size, axis=1)[:, :n_strokes]
    slowest = min(int(60.0 / (_SLOWEST_BPM * stroke_s)), n_strokes - 2)
    lags = np.arange(int(60.0 / (_FASTEST_BPM * stroke_s)), slowest + 1)
    # Longer lags have fewer products to add.
    unbiased = correlation[:, lags] * (n_strokes / (n_strokes - lags))
    octaves = np.log2(60.0 / (lags * stroke_s) / _PREFERRED_BPM)
    best = np.argmax(unbiased * np.exp(-0.5 * (octaves / _PREFERENCE_OCTAVES) ** 2), axis=1)
    rows = np.arange(len(rises))
    energy = np.maximum(correlation[:, 0], 1e-12)
    clarity = np.clip(unbiased[rows, best] / energy, 0.0, 1.0)
    return np.asarray(60.0 / (lags[best] * stroke_s), dtype=np.float32), np.asarray(clarity, dtype=np.float32)


def _sounding(motion: Floats, weights: Floats | None) -> tuple[Floats, Floats]:
    """Rows that count, with weights that add up to one."""
    weights = np.ones(len(motion), np.float32) if weights is None else weights
    counts = np.isfinite(motion[:, 0]) & (weights > 0)
    if not counts.any():
        raise ValueError("no tile sounds")
    chosen = np.asarray(weights[counts], dtype=np.float32)
    return motion[counts].astype(np.float32), chosen / chosen.sum()


def _mean_and_spread(values: Floats, weights: Floats) -> tuple[float, float]:
    mean = float(values @ weights)
    return mean, float(np.sqrt(max(float((values - mean) ** 2 @ weights), 0.0)))


def _shape(levels_db: Floats) -> Floats:
    """First cosine coefficients of a contour's course around its mean, in decibels."""
    levels = np.maximum(levels_db, QUIETEST_DB)
    points = np.interp(np.linspace(0, len(levels) - 1, 4 * _SHAPE_POINTS), np.arange(len(levels)), levels)
    course = points.reshape(_SHAPE_POINTS, 4).mean(axis=1)
    course = np.maximum(course, course.max() - 40.0)
    coefficients = scipy.fft.dct(course - course.mean(), norm="ortho") / np.sqrt(_SHAPE_POINTS)
    return np.asarray(coefficients[1 : _SHAPE_ORDERS + 1], dtype=np.float32)
