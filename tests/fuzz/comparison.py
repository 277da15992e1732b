"""What three readers make of a file before and after its tags were written; run in a worker process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import av
import soundfile

from tagger_app.audio.container import ANY_METADATA
from tagger_app.audio.decode import open_audio
from tagger_app.audio.mpeg import says_its_length
from tagger_app.errors import DecodeError, TagError
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.fields import Changes

_MOST_SAMPLES = 1 << 24


def compare_task(before: str, after: str, written: Changes) -> list[str]:
    """What is wrong with a file that was tagged, beside a copy from before; nothing if all is well.

    Its audio must be the same, bit by bit, to Cuefit, to FFmpeg and to libsndfile: also that a reader gives up, and
    where. Tags that aren't Cuefit's must be the same, and its own those that were written.
    """
    wrong = []
    for reader in (_hear, _hear_with_ffmpeg, _hear_with_libsndfile):
        heard_before, heard_after = _outcome(reader, before), _outcome(reader, after)
        if heard_before != heard_after:
            wrong.append(f"{reader.__name__.strip('_')}: {heard_before} became {heard_after}")
    try:
        old, new = read_metadata(before), read_metadata(after)
    except TagError as error:
        return [*wrong, f"tags can't be read: {error.reason}"]
    if (old.title, old.artist, old.album) != (new.title, new.artist, new.album):
        wrong.append("title, artist or album changed")
    expected = {name: new.as_stored(values) for name, values in written.items() if values is not None}
    kept = {name: values for name, values in old.fields.items() if name not in written}
    if dict(new.fields) != kept | expected:
        wrong.append(f"fields are {dict(new.fields)}")
    return wrong


def _outcome(reader: Callable[[str, hashlib._Hash], str], path: str) -> tuple[str, str]:
    digest = hashlib.sha256()
    return reader(path, digest), digest.hexdigest()[:16]


def _hear(path: str, digest: hashlib._Hash) -> str:
    try:
        with open_audio(path) as stream:
            digest.update(f"{stream.rate_hz} {stream.n_channels} {stream.codec}".encode())
            for block in stream.blocks:
                digest.update(block)
    except DecodeError as error:
        return error.reason
    return "whole"


def _hear_with_ffmpeg(path: str, digest: hashlib._Hash) -> str:
    try:
        with av.open(path, **ANY_METADATA) as container:
            packed = av.AudioResampler(format="flt")  # PyAV crashes over eight planes
            for decoded in container.decode(audio=0):
                for frame in packed.resample(decoded):
                    digest.update(frame.to_ndarray())
    except (av.error.FFmpegError, ValueError, IndexError) as error:
        return type(error).__name__
    return "whole"


def _hear_with_libsndfile(path: str, digest: hashlib._Hash) -> str:
    try:
        with soundfile.SoundFile(path) as sound:
            if sound.subtype.startswith("MPEG") and not says_its_length(Path(path)):
                return "guesses where it ends by the size of the file"
            # All at once: after a part, soundfile seeks, and in a damaged MP3 finds another place.
            digest.update(sound.read(min(sound.frames, _MOST_SAMPLES // sound.channels), dtype="float32"))
    except soundfile.LibsndfileError as error:
        return str(error.error_string)
    return "whole"
