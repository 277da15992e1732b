"""A fingerprint of the audio stream: it survives retagging, renaming and moving, and changes with the sound."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import av
import soundfile

from tagger_app.audio.container import open_container
from tagger_app.audio.flac import read_flac
from tagger_app.audio.mpeg import read_mpeg
from tagger_app.audio.ogg import read_ogg
from tagger_app.audio.stored import NotPlain
from tagger_app.audio.wave import read_wave
from tagger_app.errors import DecodeError

_READERS = {b"fLaC": read_flac, b"RIFF": read_wave, b"OggS": read_ogg}
"""By the first bytes; what begins otherwise may be an MP3."""
_MAGIC_BYTES = 4
_BUFFER_BYTES = 1 << 18


def fingerprint_stream(path: Path | str) -> str:
    """Hash of the coded packets of the first audio stream: BLAKE2b, 32 hexadecimal digits.

    Packets hold the sound as it is stored, without containers, tags or pictures. They are not decoded, so the result
    is the same on every machine and with every decoder. The few files that libsndfile plays though FFmpeg can't take
    them apart (Ogg pages with a negative position, for one) are known by their decoded samples instead.

    Raises
    ------
    DecodeError
        No audio stream can be found, or the file can't be read.
    """
    check_file(path)
    try:
        return _hash_stored(path) or _hash_packets(path)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        fingerprint = _hash_samples(path)
        if fingerprint is None:
            raise DecodeError(path, f"isn't audio that can be read ({decoder_reason(error)})") from error
        return fingerprint


def _hash_stored(path: Path | str) -> str | None:
    """What `_hash_packets` gives, many times faster; None where the file isn't plain enough for that.

    The two may differ where a file is damaged and FFmpeg leaves out what it can't use. One file takes one way.
    """
    with Path(path).open("rb", buffering=_BUFFER_BYTES) as file:
        reader = _READERS.get(file.read(_MAGIC_BYTES), read_mpeg)
        file.seek(0)
        try:
            sound = reader(file)
            digest = _begin(sound.codec, sound.rate_hz, sound.n_channels)
            n_bytes = 0
            for block in sound.blocks:
                digest.update(block)
                n_bytes += len(block)
        except NotPlain:
            return None
    return digest.hexdigest() if n_bytes else None


def _hash_packets(path: Path | str) -> str:
    with open_container(path) as (container, stream):
        codec = stream.codec_context
        digest = _begin(codec.name, codec.sample_rate, codec.channels)
        n_bytes = 0
        for packet in container.demux(stream):
            digest.update(packet)
            n_bytes += packet.size
    if not n_bytes:
        raise DecodeError(path, "holds no audio")
    return digest.hexdigest()


def _begin(codec: str, rate_hz: int, n_channels: int) -> hashlib.blake2b:
    return hashlib.blake2b(f"{codec} {rate_hz} {n_channels}".encode(), digest_size=16)


def _hash_samples(path: Path | str) -> str | None:
    """Hash of the samples as 16-bit integers; None where libsndfile can't read the file to its end."""
    digest = hashlib.blake2b(digest_size=16)
    try:
        with soundfile.SoundFile(path) as sound:
            digest.update(f"samples {sound.samplerate} {sound.channels}".encode())
            for block in sound.blocks(1 << 16, dtype="int16"):
                digest.update(block)
    except (soundfile.LibsndfileError, UnicodeError, TypeError):
        return None
    return digest.hexdigest()


def describe_sound(path: Path | str) -> tuple[str, str, int, int, int] | None:
    """What libsndfile takes a file for: format, kind of samples, rate, channels, length; None where it can't read it.

    MPEG audio, which libsndfile reads where it is as plain as can be, counts as what it can't read.
    """
    try:
        # By way of an open file: libsndfile takes no name that isn't UTF-8.
        with Path(path).open("rb") as file, soundfile.SoundFile(file) as sound:
            if sound.subtype.startswith("MPEG"):
                return None
            return sound.format, sound.subtype, sound.samplerate, sound.channels, int(sound.frames)
    except (soundfile.LibsndfileError, UnicodeError, TypeError):
        return None


def check_file(path: Path | str) -> None:
    """Refuse what no decoder has to look at, and what one could wait at for ever, like a pipe.

    Raises
    ------
    DecodeError
        The file is missing, can't be looked at, is empty, or isn't a file.
    """
    try:
        status = Path(path).stat()
    except OSError as error:
        raise DecodeError(path, error.strerror or str(error)) from error
    except ValueError as error:
        raise DecodeError(path, str(error)) from error
    if not stat.S_ISREG(status.st_mode):
        raise DecodeError(path, "isn't a file")
    if not status.st_size:
        raise DecodeError(path, "is empty")


def decoder_reason(error: Exception) -> str:
    """What an FFmpeg error says, without the path it repeats."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text)
