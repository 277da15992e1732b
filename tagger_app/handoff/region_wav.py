"""A stretch of a recording as a WAV file: the very samples of the file, at its rate, with its channels.

16-bit sources give 16 bits and floating-point sources 32-bit floats; all others, compressed ones too, 24 bits.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy.typing as npt
import soundfile

from tagger_app.audio.container import open_container
from tagger_app.audio.fingerprint import check_file, decoder_reason
from tagger_app.audio.mpeg import says_its_length
from tagger_app.audio.steady_sound import SteadySound
from tagger_app.errors import DecodeError, HandoffError
from tagger_app.handoff.whole_files import replacing

Samples = npt.NDArray[Any]
"""int16, int32 or float32"""

_BLOCK_SAMPLES = 1 << 16
_SEEKABLE = frozenset({"WAV", "WAVEX", "AIFF", "RF64", "W64", "CAF", "FLAC", "AU"})
"""Containers in which libsndfile finds every sample exactly; others are decoded from their start."""
_SUBTYPES = {
    "PCM_S8": "PCM_16",
    "PCM_U8": "PCM_16",
    "PCM_16": "PCM_16",
    "ULAW": "PCM_16",
    "ALAW": "PCM_16",
    "FLOAT": "FLOAT",
    "DOUBLE": "FLOAT",
}
_MOST_WAV_BYTES = 0xFFFF_0000
"""Beyond this a WAV can't say its size; RF64, the same with larger numbers, can."""


@dataclass(frozen=True, slots=True)
class WrittenRegion:
    """What was written.

    Attributes
    ----------
    path : the new file
    start_samples : place of its first sample in the recording
    n_samples : its length
    rate_hz, n_channels, subtype : of recording and file; subtype as libsndfile names it: "PCM_16", "PCM_24", "FLOAT"
    """

    path: Path
    start_samples: int
    n_samples: int
    rate_hz: int
    n_channels: int
    subtype: str


@dataclass(frozen=True)
class _Recording:
    """An open recording of `length` samples, as its header says; `blocks` [shape=(n, n_channels)] begin at `first`."""

    rate_hz: int
    n_channels: int
    subtype: str
    first: int
    length: int
    blocks: Iterator[Samples]


def write_region(
    source: str, target: Path, start_s: float | None = None, end_s: float | None = None, handles_s: float = 0.0
) -> WrittenRegion:
    """Write samples ``[start - handles, end + handles)`` of a recording; as far as there are any.

    Parameters
    ----------
    source : the recording
    target : the WAV file; one of this name is replaced
    start_s, end_s : of the region; None for the recording's own start and end
    handles_s : what to add on both sides

    Raises
    ------
    DecodeError
        The recording can't be read, or has no sample in the region.
    HandoffError
        The file can't be written, or is the recording itself.
    """
    if handles_s < 0 or (start_s is not None and end_s is not None and end_s < start_s):
        raise ValueError(f"not a region: {start_s} to {end_s} s with handles of {handles_s} s")
    path = Path(source)
    check_file(path)
    if target.exists() and target.samefile(path):
        raise HandoffError(target, "is the recording itself, which is never replaced")
    with ExitStack() as stack:
        recording = _open(path, max((start_s or 0.0) - handles_s, 0.0), stack)
        start = round(max((start_s or 0.0) - handles_s, 0.0) * recording.rate_hz)
        end = None if end_s is None else round((end_s + handles_s) * recording.rate_hz)
        n_samples = 0
        temporary = stack.enter_context(replacing(target))
        try:
            with _create(temporary, recording, (end or recording.length) - start) as out:
                for block in _cut(recording, start, end):
                    out.write(block)
                    n_samples += len(block)
        except soundfile.LibsndfileError as error:
            raise HandoffError(target, f"can't be written ({error.error_string})") from error
        if not n_samples:
            raise DecodeError(path, f"has no sound from {start / recording.rate_hz:.1f} s on")
    return WrittenRegion(target, start, n_samples, recording.rate_hz, recording.n_channels, recording.subtype)


def _create(path: Path, recording: _Recording, n_samples: int) -> soundfile.SoundFile:
    n_bytes = n_samples * recording.n_channels * 4
    # More than two channels need the extended header, which says where each belongs.
    container = "RF64" if n_bytes > _MOST_WAV_BYTES else "WAVEX" if recording.n_channels > 2 else "WAV"
    return soundfile.SoundFile(
        path,
        "w",
        samplerate=recording.rate_hz,
        channels=recording.n_channels,
        format=container,
        subtype=recording.subtype,
    )


def _cut(recording: _Recording, start: int, end: int | None) -> Iterator[Samples]:
    """The blocks, without what lies before `start` and from `end` on."""
    position = recording.first
    for block in recording.blocks:
        first = max(start - position, 0)
        last = len(block) if end is None else min(end - position, len(block))
        if first < last:
            yield block[first:last]
        position += len(block)
        if end is not None and position >= end:
            return


def _open(path: Path, from_s: float, stack: ExitStack) -> _Recording:
    try:
        sound = SteadySound(path)
    except (soundfile.LibsndfileError, UnicodeError, TypeError):
        return _open_with_ffmpeg(path, stack)
    # As tagger_app.audio.decode: libsndfile calls some Opus malformed, and guesses where some MP3s end.
    if sound.subtype == "OPUS" or (sound.subtype.startswith("MPEG") and not says_its_length(path)):
        sound.close()
        return _open_with_ffmpeg(path, stack)
    stack.enter_context(sound)
    first = 0
    if sound.format in _SEEKABLE:
        first = sound.seek(min(round(from_s * sound.samplerate), sound.frames))
    subtype = _SUBTYPES.get(sound.subtype, "PCM_24")
    return _Recording(sound.samplerate, sound.channels, subtype, first, sound.frames, _sndfile_blocks(path, sound))


def _sndfile_blocks(path: Path, sound: soundfile.SoundFile) -> Iterator[Samples]:
    """Integers stay integers on their way; decoders of compressed audio give floats."""
    is_integer = sound.subtype.startswith("PCM_")
    while True:
        try:
            block = sound.read(_BLOCK_SAMPLES, dtype="int32" if is_integer else "float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            at_s = sound.tell() / sound.samplerate
            raise DecodeError(path, f"is damaged at {at_s:.1f} s ({error.error_string})") from error
        if not len(block):
            return
        yield block


def _open_with_ffmpeg(path: Path, stack: ExitStack) -> _Recording:
    try:
        container, stream = stack.enter_context(open_container(path))
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise DecodeError(path, f"isn't audio that can be read ({decoder_reason(error)})") from error
    codec = stream.codec_context
    if not codec.sample_rate or not codec.channels or codec.format is None:
        raise DecodeError(path, "isn't audio that can be decoded")
    match codec.format.name.removesuffix("p"):
        case "u8" | "s16":
            kind, subtype = "s16", "PCM_16"
        case "s32":
            kind, subtype = "s32", "PCM_24"
        case _:
            kind, subtype = "flt", "FLOAT" if codec.codec.lossless else "PCM_24"
    length_s = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
    blocks = stack.enter_context(closing(_ffmpeg_blocks(path, container, stream, kind)))
    return _Recording(codec.sample_rate, codec.channels, subtype, 0, round(length_s * codec.sample_rate), blocks)


def _ffmpeg_blocks(
    path: Path, container: av.container.InputContainer, stream: av.AudioStream, kind: str
) -> Generator[Samples, None, None]:
    n_channels = stream.codec_context.channels
    packed = av.AudioResampler(format=kind)
    heard_s = 0.0
    try:
        for decoded in container.decode(stream):
            for frame in _resample(path, packed, decoded, heard_s):
                heard_s += frame.samples / frame.sample_rate
                yield frame.to_ndarray().reshape(-1, n_channels)
    except av.error.FFmpegError as error:
        raise DecodeError(path, f"is damaged at {heard_s:.1f} s ({decoder_reason(error)})") from error


def _resample(path: Path, packed: av.AudioResampler, frame: av.AudioFrame, time_s: float) -> list[av.AudioFrame]:
    try:
        return list(packed.resample(frame))
    except ValueError as error:  # PyAV's, for a frame of another rate, layout or format than the first
        raise DecodeError(path, f"changes its rate or its channels at {time_s:.1f} s") from error
