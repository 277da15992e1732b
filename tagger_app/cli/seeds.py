"""Files that are named as examples: as the index knows them, or else listened to."""

from __future__ import annotations

import os
from collections.abc import Sequence

from tagger_app.audio.discover import FoundFile
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.errors import DecodeError, FileError
from tagger_app.index.connection import IndexConnection
from tagger_app.index.records import Track
from tagger_app.index.tracks import get_track
from tagger_app.scan.listen import listen
from tagger_app.scan.records import analysed_record
from tagger_app.suggest.seeds import Profile, load_profiles, profile_of


def find_profiles(connection: IndexConnection, paths: Sequence[str], bundle: str | None) -> dict[str, Profile]:
    """The profile of each file, all of them made with the same models.

    Parameters
    ----------
    bundle : the models to listen with; None for those that the index knows the files by, or the default

    Raises
    ------
    FileError
        A file can't be read, is silent or too short.
    BundleError
        There are no such models.
    """
    absolute = list(dict.fromkeys(map(os.path.abspath, paths)))  # bytes that aren't UTF-8 are kept
    known = {path: profile for path in absolute if (profile := _known_profile(connection, path))}
    if len(known) == len(absolute) and bundle is None and len({profile.made_with for profile in known.values()}) == 1:
        return known
    chosen = choose_bundle(bundle)
    made_with = (chosen.id, chosen.manifest.fingerprint)
    profiles = {path: profile for path, profile in known.items() if profile.made_with == made_with}
    for path, heard in listen([path for path in absolute if path not in profiles], chosen):
        if isinstance(heard, FileError):
            raise heard
        if heard.analysis.scores is None:
            raise DecodeError(path, f"can't be compared: {heard.analysis.unscored}")
        status = os.stat(path)  # noqa: PTH116
        file = FoundFile(path, status.st_size, status.st_mtime_ns)
        profiles[path] = profile_of(analysed_record(file, heard.identity, heard.analysis, chosen))
    return profiles


def _known_profile(connection: IndexConnection, path: str) -> Profile | None:
    """A file as the index knows it; None if it must be listened to."""
    track = get_track(connection, path)
    if track is None or track.failure or _has_changed(track):
        return None
    profiles = load_profiles(connection, [track.id])
    return profiles[0] if profiles else None


def _has_changed(track: Track) -> bool:
    """Whether the file isn't as the index knows it; one that isn't there now, on a drive that is away, hasn't."""
    try:
        status = os.stat(track.path)  # noqa: PTH116
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) != (track.size, track.mtime_ns)
