"""Mel-frequency cepstral coefficients of a stream of samples.

The numbers are those of ``python_speech_features.mfcc`` (Lyons 2013) without pre-emphasis, liftering and energy
replacement, for a signal scaled by ``sqrt(4096 / frame_samples)``: power is normalised by frame length, so that one
recording gives one result at any rate, and equals psf's own at 44.1 kHz.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tagger_app.features.spec import FeatureSpec

Floats = npt.NDArray[np.float32]

STROKES = 8
"""Equal parts of a frame, 11.6 ms long, in which onsets are heard."""

_BATCH_FRAMES = 32
_REFERENCE_SAMPLES = 4096
_REFERENCE_RATE_HZ = 44_100

# Not scipy.signal.get_window, which gives the same: importing it takes half of a worker's time to start.
_WINDOWS: dict[str, Callable[[int], npt.NDArray[np.float64]]] = {
    "boxcar": np.ones,
    "hamming": np.hamming,
    "hann": np.hanning,
}


@dataclass(frozen=True)
class Frames:
    """What a recording sounds like, frame by frame.

    Attributes
    ----------
    mfcc : float32 [shape=(n_frames, n_mfcc)]
    power : float32 [shape=(n_frames,)], mean square of the samples, full scale = 1
    peak : float32 [shape=(n_frames,)], largest absolute sample
    strokes : float32 [shape=(n_frames, STROKES, 2)], mean square of the samples, and of their differences from one to
        the next (which high frequencies rule), in each part of a frame
    n_samples : samples heard, at `rate_hz`
    rate_hz : rate at which they were framed
    """

    mfcc: Floats
    power: Floats
    peak: Floats
    strokes: Floats
    n_samples: int
    rate_hz: int


@lru_cache(maxsize=16)
def mel_filters(spec: FeatureSpec, rate_hz: int) -> Floats:
    """Triangular filters on whole bins of the Fourier transform, as ``python_speech_features`` places them.

    The mel scale is f = 700 (e^(m/1127) - 1).

    Returns
    -------
    float32 [shape=(n_bins, n_mels)]; bins above `spec.max_hz`, where all filters are zero, are left out.
    """
    n_fft = spec.frame_samples(rate_hz)
    mel_edges = np.linspace(_mel(spec.min_hz), _mel(spec.max_hz), spec.n_mels + 2)
    edges = np.floor((n_fft + 1) * 700.0 * np.expm1(mel_edges / 1127.0) / rate_hz)
    bins = np.arange(min(int(edges[-1]), n_fft // 2) + 1)[:, np.newaxis]
    lower, centre, upper = edges[:-2], edges[1:-1], edges[2:]
    rising = (bins - lower) / (centre - lower)
    falling = (upper - bins) / (upper - centre)
    return np.ascontiguousarray(np.maximum(np.minimum(rising, falling), 0.0), dtype=np.float32)


def _mel(frequency_hz: float) -> float:
    return float(1127.0 * np.log1p(frequency_hz / 700.0))


@lru_cache(maxsize=4)
def _cosines(spec: FeatureSpec) -> Floats:
    """Orthonormal DCT-II as a matrix, float32 [shape=(n_mels, n_mfcc)]."""
    import scipy.fft  # here: whoever hears nothing, as a window that opens, needn't wait for it

    matrix = scipy.fft.dct(np.eye(spec.n_mels), type=2, axis=1, norm="ortho")[:, : spec.n_mfcc]
    return np.ascontiguousarray(matrix, dtype=np.float32)


@lru_cache(maxsize=16)
def _window(spec: FeatureSpec, rate_hz: int) -> Floats:
    """The window, scaled so that power doesn't depend on the number of samples in a frame."""
    n_samples = spec.frame_samples(rate_hz)
    window = _WINDOWS[spec.window](n_samples)
    return np.asarray(window * np.sqrt(_REFERENCE_SAMPLES) / n_samples, dtype=np.float32)


class MfccStream:
    """Turns blocks of mono samples into `Frames`, with the same result to the bit whatever the block size.

    Frames are computed in batches of one fixed size, so neither the Fourier transform nor the matrix products can
    round differently when the blocks are cut differently.
    """

    def __init__(self, spec: FeatureSpec, rate_hz: int) -> None:
        self._spec = spec
        self._rate_hz = spec.analysis_rate_hz(rate_hz)
        self._resampler = None
        if rate_hz != self._rate_hz:
            import soxr

            self._resampler = soxr.ResampleStream(rate_hz, self._rate_hz, 1, dtype="float32", quality="HQ")
        self._hop = spec.hop_samples(self._rate_hz)
        self._frame = spec.frame_samples(self._rate_hz)
        self._buffer = np.zeros((_BATCH_FRAMES - 1) * self._hop + max(self._frame, self._hop), dtype=np.float32)
        self._filled = 0
        self._n_samples = 0
        self._mfcc: list[Floats] = []
        self._power: list[Floats] = []
        self._peak: list[Floats] = []
        self._strokes: list[Floats] = []
        self._edges = np.rint(np.arange(STROKES + 1) * self._hop / STROKES).astype(int)
        self._steps = np.zeros(_BATCH_FRAMES * self._hop, dtype=np.float32)

    def push(self, samples: Floats) -> None:
        """Hear the next block, float32 [shape=(n_samples,)], full scale = 1."""
        if self._resampler is not None:
            samples = self._resampler.resample_chunk(samples)
        self._accept(samples)

    def finish(self) -> Frames:
        """All frames heard; a last frame that is only partly filled is padded with zeros."""
        if self._resampler is not None:
            self._accept(self._resampler.resample_chunk(np.zeros(0, dtype=np.float32), last=True))
        if self._n_samples:
            # A frame starts wherever samples are left that no earlier frame has heard.
            n_frames = max(0, -(-(self._n_samples - self._frame) // self._hop)) + 1
            n_missing = n_frames - sum(len(batch) for batch in self._mfcc)
            self._buffer[self._filled :] = 0.0
            if n_missing > 0:
                self._transform(n_missing)
        frames = Frames(
            mfcc=np.concatenate(self._mfcc or [np.zeros((0, self._spec.n_mfcc), np.float32)]),
            power=np.concatenate(self._power or [np.zeros(0, np.float32)]),
            peak=np.concatenate(self._peak or [np.zeros(0, np.float32)]),
            strokes=np.concatenate(self._strokes or [np.zeros((0, STROKES, 2), np.float32)]),
            n_samples=self._n_samples,
            rate_hz=self._rate_hz,
        )
        # Ten hours of coefficients are 62 MB, which whoever keeps the stream needn't hold twice.
        for batches in (self._mfcc, self._power, self._peak, self._strokes):
            batches.clear()
        return frames

    def _accept(self, samples: Floats) -> None:
        self._n_samples += len(samples)
        consumed = _BATCH_FRAMES * self._hop
        while len(samples):
            taken = min(len(samples), len(self._buffer) - self._filled)
            self._buffer[self._filled : self._filled + taken] = samples[:taken]
            self._filled += taken
            samples = samples[taken:]
            if self._filled == len(self._buffer):
                self._transform(_BATCH_FRAMES)
                kept = len(self._buffer) - consumed
                self._buffer[:kept] = self._buffer[consumed:]
                self._filled = kept

    def _transform(self, n_frames: int) -> None:
        frames = np.lib.stride_tricks.sliding_window_view(self._buffer, self._frame)[:: self._hop]
        filters = mel_filters(self._spec, self._rate_hz)
        import scipy.fft

        spectrum = scipy.fft.rfft(frames * _window(self._spec, self._rate_hz), axis=1)[:, : len(filters)]
        power = spectrum.real**2 + spectrum.imag**2
        energies = np.log(np.maximum(power @ filters, self._spec.energy_floor))
        self._mfcc.append((energies @ _cosines(self._spec))[:n_frames])
        self._power.append(np.vecdot(frames, frames)[:n_frames] / np.float32(self._frame))
        self._peak.append(np.maximum(frames.max(axis=1), -frames.min(axis=1))[:n_frames])
        self._strokes.append(self._measure_strokes()[:n_frames])

    def _measure_strokes(self) -> Floats:
        """Mean squares of the samples and of their steps: part of a frame by part, so that nothing large is made."""
        samples = self._buffer[: _BATCH_FRAMES * self._hop]
        # The step into the first sample of a batch is left out: what came before is gone from the buffer.
        np.subtract(samples[1:], samples[:-1], out=self._steps[1:])
        rates = (1.0, (self._rate_hz / _REFERENCE_RATE_HZ) ** 2)
        strokes = np.empty((_BATCH_FRAMES, STROKES, 2), dtype=np.float32)
        for column, (signal, scale) in enumerate(zip((samples, self._steps), rates, strict=True)):
            if self._hop % STROKES == 0:  # so at 22.05 and 44.1 kHz, and then in a third of the time
                stretches = signal.reshape(_BATCH_FRAMES, STROKES, -1)
                strokes[:, :, column] = np.vecdot(stretches, stretches) * np.float32(scale / stretches.shape[2])
                continue
            frames = signal.reshape(_BATCH_FRAMES, self._hop)
            for part, (start, end) in enumerate(zip(self._edges, self._edges[1:], strict=False)):
                stretch = frames[:, start:end]
                strokes[:, part, column] = np.vecdot(stretch, stretch) * np.float32(scale / (end - start))
        return strokes
