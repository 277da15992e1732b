"""Opening a file with FFmpeg: recordings alone, and nothing but the one file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av

from tagger_app.errors import DecodeError

_FORMATS = (
    *("aac", "ac3", "aiff", "amr", "ape", "asf", "au", "avi", "caf", "dsf", "dts", "dtshd", "eac3", "flac", "loas"),
    *("matroska", "mlp", "mov", "mp3", "mpc", "mpc8", "mpeg", "mpegts", "mpegvideo", "nut", "ogg", "oma", "rm", "shn"),
    *("tak", "truehd", "tta", "voc", "w64", "wav", "webm", "wv", "xwma"),
)
_SAFELY = {"format_whitelist": ",".join(_FORMATS), "protocol_whitelist": "file"}
"""FFmpeg goes by content, not by name, and also knows lists that send it to other files or to the network (concat, HLS,
DASH, SDP), and scripts: a stranger's song.mp3 must not be one of those."""

ANY_METADATA: dict[str, Any] = {"metadata_errors": "ignore"} if int(av.__version__.partition(".")[0]) < 19 else {}
"""Arguments of ``av.open`` for text tags that aren't UTF-8; PyAV 19 takes them all, and has no such argument."""


@contextmanager
def open_container(path: Path | str) -> Iterator[tuple[av.container.InputContainer, av.AudioStream]]:
    """Open a file, and find its first audio stream.

    Raises
    ------
    DecodeError
        It holds no audio stream.
    av.error.FFmpegError, OSError, ValueError
        FFmpeg can't read it, or knows no decoder for its audio.
    """
    with av.open(str(path), options=_SAFELY, **ANY_METADATA) as container:
        if not container.streams.audio:
            raise DecodeError(path, "holds no audio")
        stream = container.streams.audio[0]
        # PyAV has no context for a codec that FFmpeg doesn't know.
        if stream.codec_context is None:
            raise ValueError("no decoder is known for its audio")
        yield container, stream
