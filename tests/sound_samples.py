"""Small real audio files, made here."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import soundfile

Floats = npt.NDArray[np.float32]

SNDFILE_KINDS = {
    "wav16": ("wav", "WAV", "PCM_16"),
    "wav24": ("wav", "WAV", "PCM_24"),
    "wav32f": ("wav", "WAV", "FLOAT"),
    "wav64f": ("wav", "WAV", "DOUBLE"),
    "rf64": ("wav", "RF64", "PCM_16"),
    "w64": ("w64", "W64", "PCM_16"),
    "caf": ("caf", "CAF", "PCM_24"),
    "aiff": ("aiff", "AIFF", "PCM_16"),
    "flac": ("flac", "FLAC", "PCM_16"),
    "flac24": ("flac", "FLAC", "PCM_24"),
    "vorbis": ("ogg", "OGG", "VORBIS"),
    "opus": ("opus", "OGG", "OPUS"),
    "mp3": ("mp3", "MP3", "MPEG_LAYER_III"),
}
FFMPEG_KINDS = {
    "aac": ("m4a", "ipod", "aac"),
    "alac": ("m4a", "ipod", "alac"),
    "adts": ("aac", "adts", "aac"),
    "wma": ("wma", "asf", "wmav2"),
    "wavpack": ("wv", "wv", "wavpack"),
    "tta": ("tta", "tta", "tta"),
    "mp2": ("mp2", "mp2", "mp2"),
}


def make_music(seconds: float, rate_hz: int = 44_100, n_channels: int = 2, seed: int = 1) -> Floats:
    """Some chords and a beat, float32 [shape=(n_samples, n_channels)], peak 0.5; each seed another piece."""
    random = np.random.default_rng(seed)
    n_samples = round(seconds * rate_hz)
    times = np.arange(2 * rate_hz) / rate_hz
    decay = np.exp(-4.0 * times)
    music = np.zeros((n_samples + len(times), n_channels))
    for start in range(0, n_samples, rate_hz // 2):
        sound = 0.3 * (decay**8 * random.normal(size=len(times)))[:, np.newaxis]
        for frequency_hz in 110.0 * 2 ** (random.integers(0, 36, 3) / 12):
            tone = decay * np.sin(2 * np.pi * frequency_hz * times)
            sound = sound + tone[:, np.newaxis] * random.uniform(0.3, 1.0, n_channels)
        music[start : start + len(times)] += sound
    music = music[:n_samples]
    return np.asarray(music * (0.5 / max(np.abs(music).max(), 1e-9)), dtype=np.float32)


def write_sound(path: Path, samples: Floats, rate_hz: int = 44_100, kind: str = "wav16") -> Path:
    """Write samples [shape=(n_samples, n_channels)] as a file of a kind; the path is taken as it is."""
    if kind in SNDFILE_KINDS:
        _, container, subtype = SNDFILE_KINDS[kind]
        with path.open("w+b") as file:
            soundfile.write(file, samples, rate_hz, format=container, subtype=subtype)
    else:
        _, container, codec = FFMPEG_KINDS[kind]
        _encode(path, samples, rate_hz, container, codec)
    return path


def write_music(path: Path, seconds: float = 3.0, kind: str = "wav16", seed: int = 1, **options: int) -> Path:
    """Write a piece of music."""
    music = make_music(seconds, seed=seed, **options)
    return write_sound(path, music, options.get("rate_hz", 44_100), kind)


def extension_of(kind: str) -> str:
    """What names of such files end with."""
    return (SNDFILE_KINDS | FFMPEG_KINDS)[kind][0]


def write_video(path: Path) -> Path:
    """An MP4 with a picture that moves and no sound."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for brightness in range(10):
            frame = av.VideoFrame.from_ndarray(np.full((32, 32, 3), brightness * 20, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def patch_wav_rate(path: Path, rate_hz: int) -> None:
    """Let the header of a WAV file claim another rate."""
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.index(b"fmt ") + 12, rate_hz)
    path.write_bytes(data)


def truncate(path: Path, share: float = 0.5) -> Path:
    """Cut a file off."""
    data = path.read_bytes()
    path.write_bytes(data[: round(len(data) * share)])
    return path


def _encode(path: Path, samples: Floats, rate_hz: int, container_format: str, codec: str) -> None:
    layout = "mono" if samples.shape[1] == 1 else "stereo"
    with av.open(str(path), "w", format=container_format) as container:
        stream = container.add_stream(codec, rate=rate_hz, layout=layout)
        stream.codec_context.bit_rate = 192_000
        stream.codec_context.open()
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), format="fltp", layout=layout)
        frame.sample_rate = rate_hz
        frame.time_base = Fraction(1, rate_hz)
        frame.pts = 0
        resampler = av.AudioResampler(
            format=stream.codec_context.format,
            layout=layout,
            rate=rate_hz,
            frame_size=stream.codec_context.frame_size,
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
