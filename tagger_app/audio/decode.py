"""Decoding in blocks of mono samples: libsndfile first, FFmpeg (PyAV) for what it can't read (AAC, ALAC, WMA...)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import soundfile

from tagger_app.audio.container import open_container
from tagger_app.audio.fingerprint import check_file, decoder_reason
from tagger_app.audio.mpeg import says_its_length
from tagger_app.audio.steady_sound import SteadySound
from tagger_app.errors import DecodeError

Floats = npt.NDArray[np.float32]

_BLOCK_SAMPLES = 1 << 16
_LOUDEST = 1e6
"""Samples beyond this (+120 dB) aren't sound, and their squares would overflow float32."""
_MOST_VALUES = 8 * _BLOCK_SAMPLES
"""Samples of all channels in a block: files may claim a thousand channels."""
_MIN_RATE_HZ, _MAX_RATE_HZ = 1_000, 1_000_000
"""Lower rates are resampled to 22,050 Hz: a file of a few megabytes at 1 Hz would become terabytes."""
_NAMES = {"mp3": "MP3", "mp3float": "MP3", "mp2": "MP2", "mp2float": "MP2", "mp1": "MP1", "mp1float": "MP1"}
"""What FFmpeg's decoders of MPEG audio decode."""
_TRUNCATED_S = 1.0
"""Audio may end this much before its header says; encoders' padding is shorter."""


@dataclass(frozen=True)
class AudioStream:
    """An open recording.

    Attributes
    ----------
    rate_hz : samples a second
    n_channels : channels in the file
    codec : name of the format, for people: "MP3", "FLAC", "aac"
    blocks : mono blocks, float32 [shape=(n_samples,)], full scale = 1; the mean of all channels. Raises `DecodeError`
        on damage, on samples that aren't finite, and where the audio ends more than a second before its header says.
    """

    rate_hz: int
    n_channels: int
    codec: str
    blocks: Iterator[Floats]


@contextmanager
def open_audio(path: Path | str) -> Iterator[AudioStream]:
    """Open a file for decoding.

    Raises
    ------
    DecodeError
        The file is missing, unreadable, empty, or isn't audio that either library can decode.
    """
    path = Path(path)
    check_file(path)
    sound = _open_with_sndfile(path)
    if sound is None:
        with _open_with_ffmpeg(path) as stream:
            yield stream
        return
    with sound:
        _check_rate(path, sound.samplerate)
        yield AudioStream(sound.samplerate, sound.channels, sound.format, _sndfile_blocks(path, sound))


def _open_with_sndfile(path: Path) -> soundfile.SoundFile | None:
    """None where FFmpeg is to read the file.

    That is what libsndfile doesn't know, and Opus: libsndfile 1.2.2 calls one sound Opus file in seven malformed (32 of
    223 of the corpus that FFmpeg decodes without complaint), and takes a third longer over the others. And MPEG audio
    that doesn't say how long it is: libsndfile guesses, and stops where its guess ends.
    """
    try:
        sound = SteadySound(path)
    except (soundfile.LibsndfileError, UnicodeError, TypeError):
        return None
    if sound.subtype == "OPUS" or (sound.subtype.startswith("MPEG") and not says_its_length(path)):
        sound.close()
        return None
    return sound


def _sndfile_blocks(path: Path, sound: soundfile.SoundFile) -> Iterator[Floats]:
    promised = _promised_samples(sound)
    buffer = np.empty((min(_BLOCK_SAMPLES, _MOST_VALUES // sound.channels), sound.channels), dtype=np.float32)
    heard = 0
    while True:
        try:
            block = sound.read(out=buffer)
        except soundfile.LibsndfileError as error:
            raise DecodeError(path, f"is damaged at {heard / sound.samplerate:.1f} s ({error.error_string})") from error
        if not len(block):
            break
        yield _mono(path, block, heard, sound.samplerate)
        heard += len(block)
    _check_complete(path, heard, promised, sound.samplerate)


def _promised_samples(sound: soundfile.SoundFile) -> int:
    """Samples that the header promises: libsndfile corrects those of a WAV to the file's length, but notes them.

    WAV and AIFF have it at their chunk of samples, W64 at ``riff``, RF64 in ``ds64``.
    """
    if match := re.search(r"^\s*(?:data|SSND|riff)\s*:\s*(\d+) \(should be (\d+)\)", sound.extra_info, re.MULTILINE):
        said, found = int(match[1]), int(match[2])
        # Streamed WAV files say 0 or the largest number for "unknown".
        if said < 0x7FFF_0000 and found:
            return round(int(sound.frames) * said / found)
    if match := re.search(r"frame count \d+ does not match value from 'ds64' chunk of (\d+)", sound.extra_info):
        return int(match[1])
    return int(sound.frames)


@contextmanager
def _open_with_ffmpeg(path: Path) -> Iterator[AudioStream]:
    with ExitStack() as stack:
        try:
            container, stream = stack.enter_context(open_container(path))
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise DecodeError(path, f"isn't audio that can be read ({decoder_reason(error)})") from error
        codec = stream.codec_context
        if not codec.sample_rate or not codec.channels:
            raise DecodeError(path, "isn't audio that can be decoded")
        _check_rate(path, codec.sample_rate)
        name = str(codec.name)
        yield AudioStream(
            codec.sample_rate, codec.channels, _NAMES.get(name, name), _ffmpeg_blocks(path, container, stream)
        )


def _ffmpeg_blocks(path: Path, container: av.container.InputContainer, stream: av.AudioStream) -> Iterator[Floats]:
    rate_hz = stream.codec_context.sample_rate
    length_s = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
    is_mpeg = stream.codec_context.name in _NAMES
    if is_mpeg:
        length_s = 0.0  # a guess
    # Not planar: PyAV 18 takes what follows the planes of eight and more channels in memory for another plane.
    packed = av.AudioResampler(format="flt")
    heard = 0
    try:
        for decoded in _decoded(container, stream, lenient=is_mpeg):
            for frame in _as_floats(path, packed, decoded, heard / rate_hz):
                block = np.asarray(frame.to_ndarray(), dtype=np.float32).reshape(-1, frame.layout.nb_channels)
                yield _mono(path, block, heard, rate_hz)
                heard += len(block)
    except av.error.FFmpegError as error:
        raise DecodeError(path, f"is damaged at {heard / rate_hz:.1f} s ({decoder_reason(error)})") from error
    _check_complete(path, heard, round(length_s * rate_hz), rate_hz)


def _decoded(
    container: av.container.InputContainer, stream: av.AudioStream, *, lenient: bool
) -> Iterator[av.AudioFrame]:
    """All frames; `lenient` passes over what isn't one: MPEG streams have tags of many makers at their end."""
    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            if not lenient:
                raise


def _as_floats(path: Path, packed: av.AudioResampler, frame: av.AudioFrame, time_s: float) -> list[av.AudioFrame]:
    try:
        return list(packed.resample(frame))
    except ValueError as error:  # PyAV's, for a frame of another rate, layout or format than the first
        raise DecodeError(path, f"changes its rate or its channels at {time_s:.1f} s") from error


def _mono(path: Path, block: Floats, heard: int, rate_hz: int) -> Floats:
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is found below
        if block.shape[1] == 1:
            mono = block[:, 0].copy()
        elif block.shape[1] == 2:
            mono = block[:, 0] + block[:, 1]
            mono *= np.float32(0.5)
        else:
            mono = block.mean(axis=1, dtype=np.float32)
    # NaN fails both comparisons.
    if not (mono.max() < _LOUDEST and mono.min() > -_LOUDEST):
        raise DecodeError(
            path, f"holds samples that aren't numbers at {heard / rate_hz:.1f} s (NaN, infinite or absurd)"
        )
    return mono


def _check_rate(path: Path, rate_hz: int) -> None:
    if not _MIN_RATE_HZ <= rate_hz <= _MAX_RATE_HZ:
        raise DecodeError(path, f"has a sample rate of {rate_hz} Hz, which no recording has")


def _check_complete(path: Path, heard: int, promised: int, rate_hz: int) -> None:
    if heard + _TRUNCATED_S * rate_hz < promised:
        reason = (
            f"is truncated: its header promises {promised / rate_hz:.1f} s, the audio ends at {heard / rate_hz:.1f} s"
        )
        raise DecodeError(path, reason)
