"""A fingerprint of the audio stream: the same after retagging, renaming or moving, another after any change of sound."""

from __future__ import annotations

import hashlib
from pathlib import Path

import av

from tagger_app.errors import DecodeError


def fingerprint_stream(path: Path | str) -> str:
    """Hash of the coded packets of the first audio stream: BLAKE2b, 32 hexadecimal digits.

    Packets hold the sound as it is stored, without containers, tags or pictures. They are not decoded, so the result
    is the same on every machine and with every decoder.

    Raises
    ------
    DecodeError
        No audio stream can be found, or the file can't be read.
    """
    digest = hashlib.blake2b(digest_size=16)
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise DecodeError(path, "holds no audio")
            stream = container.streams.audio[0]
            codec = stream.codec_context
            digest.update(f"{codec.name} {codec.sample_rate} {codec.channels}".encode())
            n_bytes = 0
            for packet in container.demux(stream):
                digest.update(packet)
                n_bytes += packet.size
    except DecodeError:
        raise
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise DecodeError(path, f"isn't audio that can be read ({decoder_reason(error)})") from error
    if not n_bytes:
        raise DecodeError(path, "holds no audio")
    return digest.hexdigest()


def decoder_reason(error: Exception) -> str:
    """What an FFmpeg error says, without the path it repeats."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text)
