"""Small real audio files of every kind, made here, and readers that share no code with Cuefit's."""

from __future__ import annotations

import hashlib
import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import soundfile

from tagger_app.audio.container import ANY_METADATA

RATE_HZ = 44_100

_SOUNDFILE_KINDS = {
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "wav": ("WAV", "PCM_16"),
    "rf64": ("RF64", "PCM_16"),
    "aiff": ("AIFF", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
}
_FFMPEG_KINDS = {
    "m4a": ("aac", "ipod"),
    "alac": ("alac", "ipod"),
    "wma": ("wmav2", "asf"),
    "wavpack": ("wavpack", "wv"),
    "tta": ("tta", "tta"),
    "oggflac": ("flac", "ogg"),
}
EXTENSIONS = {"rf64": "wav", "alac": "m4a", "wavpack": "wv", "oggflac": "oga"}
KINDS = (*_SOUNDFILE_KINDS, *_FFMPEG_KINDS)


def make_audio(folder: Path, kind: str, name: str = "cue", seconds: float = 0.5, seed: int = 1) -> Path:
    """A file of noise, with the title "Dawn" where the encoder writes one."""
    path = folder / f"{name}.{EXTENSIONS.get(kind, kind)}"
    noise = np.random.default_rng(seed).normal(scale=0.1, size=(round(seconds * RATE_HZ), 2)).astype(np.float32)
    if kind in _SOUNDFILE_KINDS:
        container, subtype = _SOUNDFILE_KINDS[kind]
        rate_hz = 48_000 if kind == "opus" else RATE_HZ
        with path.open("w+b") as file:
            soundfile.write(file, noise, rate_hz, format=container, subtype=subtype)
    else:
        _encode(path, noise, *_FFMPEG_KINDS[kind])
    return path


def make_fragmented_m4a(folder: Path) -> Path:
    """An M4A file in many fragments whose offsets count from the start of the file."""
    path = folder / "fragments.m4a"
    noise = np.random.default_rng(1).normal(scale=0.1, size=(RATE_HZ, 2)).astype(np.float32)
    _encode(path, noise, "aac", "ipod", movflags="frag_keyframe+empty_moov", frag_duration="100000")
    return path


def _encode(path: Path, noise: npt.NDArray[np.float32], codec: str, container_format: str, **options: str) -> None:
    with av.open(str(path), "w", format=container_format, options=options) as container:
        container.metadata["title"] = "Dawn"
        stream = container.add_stream(codec, rate=RATE_HZ, layout="stereo")
        stream.codec_context.bit_rate = 128_000
        stream.codec_context.open()
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(noise.T), format="fltp", layout="stereo")
        frame.sample_rate = RATE_HZ
        frame.time_base = Fraction(1, RATE_HZ)
        frame.pts = 0
        resampler = av.AudioResampler(
            format=stream.codec_context.format,
            layout="stereo",
            rate=RATE_HZ,
            frame_size=stream.codec_context.frame_size,
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))


def decoded(path: Path) -> str:
    """Hash of all decoded samples."""
    digest = hashlib.sha256()
    with av.open(str(path), **ANY_METADATA) as container:
        for frame in container.decode(audio=0):
            digest.update(frame.to_ndarray().tobytes())
    return digest.hexdigest()


def ffmpeg_tags(path: Path) -> dict[str, str]:
    """All tags that FFmpeg sees, by upper-case name."""
    with av.open(str(path), **ANY_METADATA) as container:
        found = {**container.metadata, **container.streams.audio[0].metadata}
    return {name.upper(): value for name, value in found.items()}


def chunks(data: bytes, order: str = "<") -> list[tuple[bytes, bytes]]:
    """Chunks of a RIFF (order ``<``) or AIFF (``>``) file in their order; asserts that sizes and padding are right."""
    assert struct.unpack(f"{order}I", data[4:8])[0] == len(data) - 8
    assert len(data) % 2 == 0
    found = []
    position = 12
    while position < len(data):
        name, size = struct.unpack_from(f"{order}4sI", data, position)
        position += 8
        assert position + size <= len(data)
        found.append((name, data[position : position + size]))
        assert not any(data[position + size : position + size + size % 2])
        position += size + size % 2
    return found


def id3_frame(name: str, body: bytes, version: int = 3, flags: bytes = b"\0\0") -> bytes:
    """One ID3v2 frame."""
    if version == 2:
        return name.encode() + struct.pack(">I", len(body))[1:] + body
    size = synchsafe(len(body)) if version == 4 else struct.pack(">I", len(body))
    return name.encode() + size + flags + body


def id3_tag(frames: list[bytes], version: int = 3, padding: int = 0, flags: int = 0) -> bytes:
    """An ID3v2 tag."""
    body = b"".join(frames) + bytes(padding)
    return b"ID3" + bytes([version, 0, flags]) + synchsafe(len(body)) + body


def synchsafe(number: int) -> bytes:
    """Four bytes of seven bits."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def id3_frames(data: bytes) -> tuple[int, list[tuple[bytes, bytes, bytes]]]:
    """Version of an ID3v2 tag, and name, flags and body of each frame."""
    assert data[:3] == b"ID3"
    version, flags = data[3], data[5]
    assert not flags & 0x50
    end = 10 + int("".join(f"{byte:07b}" for byte in data[6:10]), 2)
    n_name, n_header = (3, 6) if version == 2 else (4, 10)
    found = []
    position = 10
    while position < end and data[position]:
        name = data[position : position + n_name]
        size_field = data[position + n_name : position + 2 * n_name]
        if version == 4:
            size = int("".join(f"{byte:07b}" for byte in size_field), 2)
        else:
            size = int.from_bytes(size_field, "big")
        body_start = position + n_header
        found.append((name, data[position + 2 * n_name : body_start], data[body_start : body_start + size]))
        position = body_start + size
    assert not any(data[position:end])
    return version, found
