"""Which kind of tags a file has, by its content; its name doesn't matter."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import mutagen
from mutagen.mp3 import HeaderNotFoundError, MPEGInfo

from tagger_app.errors import TagError
from tagger_app.tagging.ape import ApeFile, has_ape_tag
from tagger_app.tagging.asf import AsfFile
from tagger_app.tagging.chunks import ChunkedFile
from tagger_app.tagging.comments import FlacFile, OggFile
from tagger_app.tagging.id3 import HEADER_BYTES, Id3File, tag_bytes
from tagger_app.tagging.metadata import Metadata, TagFormat, UnusableTags
from tagger_app.tagging.mp4 import Mp4File
from tagger_app.tagging.splice import read_range

_RIFF = (b"RIFF", b"RF64", b"BW64")
_APE = (b"MAC ", b"MPCK", b"MP+", b"wvpk", b"OFR ", b"tBaK")
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_WITHOUT_TAGS = {b"caff": "CAF", b"riff": "Wave64", b".snd": "AU"}


def read_metadata(path: Path | str, new_id3_version: int = 3) -> Metadata:
    """Read the tags of a file: MP3, WAV, AIFF, FLAC, Ogg, M4A, WMA, APE, MPC, WavPack, TTA.

    Parameters
    ----------
    new_id3_version : see `tag_format`

    Raises
    ------
    TagError
        The file can't be read, or isn't of a kind whose tags can be read. Tags that are merely absent raise nothing.
    """
    with tag_errors(path), Path(path).open("rb") as source:
        return tag_format(source, new_id3_version).read(source)


def tag_format(source: BinaryIO, new_id3_version: int = 3) -> TagFormat:
    """How the tags of an open file are kept.

    Parameters
    ----------
    new_id3_version : 3 or 4, of an ID3 tag for a file that has none; Windows Explorer reads no v2.4

    Raises
    ------
    UnusableTags
        No kind of tags is known for it.
    """
    offset = tag_bytes(read_range(source, 0, HEADER_BYTES))
    start = read_range(source, offset, 16)
    if not start:
        raise UnusableTags("holds no audio" if offset else "is empty")
    if start.startswith(b"fLaC"):
        return FlacFile()
    if start.startswith(b"TTA"):
        return ApeFile() if not offset and has_ape_tag(source) else Id3File(new_id3_version)
    if start.startswith(_APE):
        return ApeFile()
    if not offset and (known := _by_start(start, new_id3_version)):
        return known
    if offset and start[0] == 0xFF and start[1] & 0xF6 == 0xF0:
        # AAC in ADTS frames: players know ID3 there, but nothing says that a new tag is welcome
        return Id3File(new_id3_version)
    source.seek(0)
    try:
        MPEGInfo(source, offset)
    except HeaderNotFoundError:
        raise UnusableTags("isn't audio of a kind whose tags Cuefit can read or write") from None
    return Id3File(new_id3_version)


def _by_start(start: bytes, new_id3_version: int) -> TagFormat | None:
    if start[:4] in _RIFF and start[8:12] == b"WAVE":
        return ChunkedFile(new_id3_version)
    if start[:4] == b"FORM" and start[8:12] in (b"AIFF", b"AIFC"):
        return ChunkedFile(new_id3_version)
    if start.startswith(b"OggS"):
        return OggFile()
    if start[4:8] == b"ftyp":
        return Mp4File()
    if start.startswith(_ASF):
        return AsfFile()
    if kind := _WITHOUT_TAGS.get(start[:4]):
        raise UnusableTags(f"is of a kind that has no room for tags ({kind})")
    return None


@contextmanager
def tag_errors(path: Path | str) -> Iterator[None]:
    """Turn expected trouble with a file or its tags into a `TagError` for `path`."""
    try:
        yield
    except UnusableTags as error:
        raise TagError(path, str(error)) from error
    except mutagen.MutagenError as error:
        cause = error.__context__ if isinstance(error.__context__, OSError) else error.__cause__
        if isinstance(cause, OSError):
            raise TagError(path, os_reason(cause)) from error
        raise TagError(path, f"its tags are damaged ({error}); it is left alone") from error
    except OSError as error:
        raise TagError(path, os_reason(error)) from error


def os_reason(error: OSError) -> str:
    """What the operating system says, in words that help."""
    if error.errno == errno.ENOENT:
        return "has vanished"
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"no room for a copy beside it ({error.strerror}); it is left as it was"
    return error.strerror or type(error).__name__
