"""Replacing a file by a copy of itself with changed fields, so that it is whole at every moment."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import soundfile

from tagger_app.audio.fingerprint import describe_sound, fingerprint_stream
from tagger_app.audio.mpeg import says_its_length
from tagger_app.audio.steady_sound import SteadySound
from tagger_app.durable import REPLACES_OPEN_FILES, replace, sync
from tagger_app.errors import DecodeError, TagError
from tagger_app.tagging.containers import tag_errors, tag_format
from tagger_app.tagging.fields import Changes
from tagger_app.tagging.journal_records import COPY_NAME
from tagger_app.tagging.metadata import Metadata, UnusableTags
from tagger_app.tagging.splice import size_of

if sys.platform != "win32":
    import fcntl

_BLOCK_SAMPLES = 1 << 16
_CHANGED = "was changed by another program meanwhile; it is left as it is"


@dataclass(frozen=True)
class WriteResult:
    """What became of a file.

    Attributes
    ----------
    path : the file as it was named
    changed : False if it already held these values and was left alone
    size : bytes, now
    mtime_ns : time of modification, nanoseconds; always what it was before
    """

    path: str
    changed: bool
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Rewrite:
    """A change that is about to be made: to `record` before anything is written."""

    real_path: str
    temporary: str
    fingerprint: str
    before: Metadata
    changes: Changes


def rewrite(
    path: str,
    changes: Changes,
    record: Callable[[Rewrite], None],
    *,
    fingerprint: str | None = None,
    remove_empty: bool = False,
    split_hard_links: bool = False,
    new_id3_version: int = 3,
) -> WriteResult:
    """Change fields of a file by way of a copy beside it.

    The copy gets permissions, owner, times and extended attributes of the file; its audio is compared; only then it
    takes the file's place, in one step. A symbolic link stays, and what it points to is replaced.

    Parameters
    ----------
    path : the file
    changes : fields to set, or to remove (None)
    record : called when the change is certain to be needed, before anything is written
    fingerprint : of the audio, where it is known; saves reading the file once more
    remove_empty : remove the tag if nothing is left in it
    split_hard_links : allow a file that has several names; the others keep the old tags, and the disk holds both.
        Otherwise it is refused, since a library of such files would double in size unnoticed
    new_id3_version : see `containers.tag_format`

    Raises
    ------
    TagError
        It couldn't be done, for a reason that says what to do; the file is as it was. Or: the file is read-only,
        locked, gone, has several names, or isn't of a kind with tags.
    """
    real_path = os.path.realpath(path)
    with tag_errors(path):
        status = os.stat(real_path)  # noqa: PTH116
        _check_writable(path, real_path, status, split_hard_links=split_hard_links)
        with Path(real_path).open("rb") as source:
            if _identity(os.fstat(source.fileno())) != _identity(status):
                raise TagError(path, _CHANGED)
            if _is_locked(source):
                raise TagError(path, "is locked by another program; it is left as it is")
            container = tag_format(source, new_id3_version)
            before = container.read(source)
            needed = before.needed(changes)
            if not needed:
                return WriteResult(path, False, status.st_size, status.st_mtime_ns)
            fingerprint = fingerprint or _fingerprint(path, real_path)
            temporary = _temporary_name(real_path)
            record(Rewrite(real_path, temporary, fingerprint, before, needed))
            try:
                with _created(temporary) as target:
                    container.write(source, target, needed, remove_empty=remove_empty)
                    target.flush()
                    _check_copy(path, real_path, temporary, fingerprint, {**before.all_fields, **needed})
                    _take_attributes(real_path, temporary, status)
                    os.fsync(target.fileno())
                    # Where it may, the copy stays open, and locked, until it is in place.
                    if not REPLACES_OPEN_FILES:
                        target.close()
                        source.close()
                    if _identity(os.stat(real_path)) != _identity(status):  # noqa: PTH116
                        raise TagError(path, _CHANGED)
                    _replace(path, temporary, real_path)
            except BaseException:
                # What went wrong first is what counts; `settle` tidies up what can't be now.
                with suppress(OSError):
                    _remove(temporary)
                raise
        sync(Path(real_path).parent)
        after = os.stat(real_path)  # noqa: PTH116
        return WriteResult(path, True, after.st_size, after.st_mtime_ns)


def remove_leftover(path: str) -> bool:
    """Remove one copy that a crash left; False if it isn't there, or can't or mustn't be removed."""
    try:
        if is_in_work(path):
            return False
        _remove(path)
    except OSError:
        return False
    return True


def is_in_work(path: str) -> bool:
    """Whether a file is locked, as Cuefit locks what it rewrites from before it is noted until it is replaced (POSIX).

    Raises
    ------
    OSError
        It can't be opened.
    """
    if sys.platform == "win32":
        return False
    with Path(path).open("rb") as file:
        return _is_locked(file)


def _check_writable(path: str, real_path: str, status: os.stat_result, *, split_hard_links: bool) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise TagError(path, "isn't a file")
    # The mode too: root, and owners, could replace what is meant to be left alone.
    if not status.st_mode & 0o222 or not os.access(real_path, os.W_OK):
        raise TagError(path, "is read-only; it is left as it is")
    if status.st_nlink > 1 and not split_hard_links:
        reason = f"has {status.st_nlink} names (hard links), which writing would split into separate files"
        raise TagError(path, reason)


def _is_locked(file: BinaryIO) -> bool:
    """Whether another program holds a lock (POSIX); takes one otherwise, so that of two Cuefits one has to wait."""
    if sys.platform != "win32":
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            # Other errors: the file system knows no locks.
            return error.errno in (errno.EWOULDBLOCK, errno.EACCES)
    return False


def _identity(status: os.stat_result) -> tuple[int, int, int, int, int]:
    # The time of change too: some tag editors keep that of modification, and padding keeps the size.
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _temporary_name(real_path: str) -> str:
    """A hidden name in the same folder, with the same extension, by which decoders go."""
    folder, name = os.path.split(real_path)
    extension = os.path.splitext(name)[1]  # noqa: PTH122
    candidate = f".cuefit-{secrets.token_hex(8)}"
    if COPY_NAME.fullmatch(candidate + extension):
        candidate += extension
    return os.path.join(folder, candidate)  # noqa: PTH118


@contextmanager
def _created(temporary: str) -> Iterator[BinaryIO]:
    """A new file, open for reading and writing, and locked so that nobody takes it for a leftover."""
    # Nobody else may read it until it has the file's own permissions.
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(temporary, flags, 0o600)
    except PermissionError as error:
        raise UnusableTags(f"its folder can't be written to ({error.strerror}); it is left as it is") from error
    with os.fdopen(descriptor, "w+b") as target:
        if sys.platform != "win32":
            # Without locks in the file system another Cuefit may remove it; then the file stays as it is.
            with suppress(OSError):
                fcntl.flock(target.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield target


def _check_copy(path: str, real_path: str, temporary: str, fingerprint: str, expected: Changes) -> None:
    with Path(temporary).open("rb") as copy:
        if not size_of(copy):
            raise TagError(path, "its copy came out empty; it is left as it was")
        written = tag_format(copy).read(copy).all_fields
    if dict(written) != {name: values for name, values in expected.items() if values is not None}:
        raise TagError(path, "its tags can't be read back from the copy; it is left as it was")
    if _fingerprint(path, temporary) != fingerprint:
        if _fingerprint(path, real_path) != fingerprint:
            raise TagError(path, "holds other audio than was listened to; scan it again")
        raise TagError(path, "the audio of the copy isn't that of the file; it is left as it was")
    # The fingerprint is FFmpeg's view; what is damaged may look different to the other library.
    looks_otherwise = describe_sound(temporary) != describe_sound(real_path)
    if looks_otherwise or (_promised_samples(temporary) != _promised_samples(real_path) and _ends_early(temporary)):
        raise TagError(path, "is damaged so that players would read the copy in another way; it is left as it was")


def _promised_samples(file: str) -> int | None:
    """Samples that libsndfile expects in an MP3 that says how long it is; None for other files.

    Where damage keeps it from believing the file, it goes by the size, which a longer tag changes.
    """
    if not says_its_length(Path(file)):
        return None
    try:
        with Path(file).open("rb") as source, soundfile.SoundFile(source) as sound:
            return int(sound.frames)
    except (soundfile.LibsndfileError, TypeError):
        return None


def _ends_early(file: str) -> bool:
    """Whether libsndfile expects more than there is, as of a file that was cut off."""
    try:
        with Path(file).open("rb") as source, SteadySound(source) as sound:
            n_heard = 0
            while n_read := len(sound.read(_BLOCK_SAMPLES, dtype="int16")):
                n_heard += n_read
            return n_heard < int(sound.frames)
    except (soundfile.LibsndfileError, TypeError):
        return True


def _fingerprint(path: str, file: str) -> str:
    try:
        return fingerprint_stream(file)
    except DecodeError as error:
        raise TagError(path, error.reason) from error


def _take_attributes(real_path: str, temporary: str, status: os.stat_result) -> None:
    _take_owner(temporary, status)
    shutil.copystat(real_path, temporary)
    # Reading the file may have moved its time of access.
    os.utime(temporary, ns=(status.st_atime_ns, status.st_mtime_ns))


def _take_owner(temporary: str, status: os.stat_result) -> None:
    if sys.platform == "win32":  # where a file belongs to whoever owns the folder
        return
    own = os.stat(temporary)  # noqa: PTH116
    for user, group in ((status.st_uid, -1), (-1, status.st_gid)):
        if user in (-1, own.st_uid) and group in (-1, own.st_gid):
            continue
        try:
            os.chown(temporary, user, group)
        except PermissionError:
            # Only root may give files away; the rest of us keep what we write.
            continue


def _replace(path: str, temporary: str, real_path: str) -> None:
    try:
        replace(Path(temporary), Path(real_path))
    except PermissionError as error:
        reason = "can't be replaced; another program has it open, or the folder is read-only"
        raise TagError(path, reason) from error


def _remove(temporary: str) -> None:
    try:
        os.unlink(temporary)  # noqa: PTH108
    except FileNotFoundError:
        return
    except PermissionError:
        # Windows: a read-only copy must be made writable first.
        os.chmod(temporary, stat.S_IWRITE | stat.S_IREAD)  # noqa: PTH101
        os.unlink(temporary)  # noqa: PTH108
