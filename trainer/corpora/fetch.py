"""Fetching the game music: Debian packages are downloaded and the listed tracks taken out; nothing is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
import urllib.parse
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tagger_app.durable import put_in_place
from trainer.corpora.tracks import PackagedTrack
from trainer.errors import FetchError


@dataclass(frozen=True)
class UnpackedPackage:
    """What came of one package.

    Attributes
    ----------
    package : its name
    n_tracks : listed tracks
    missing : those that aren't in the package, with the reason
    """

    package: str
    n_tracks: int
    missing: tuple[tuple[PackagedTrack, str], ...]


def fetch_tracks(tracks: Sequence[PackagedTrack], debs: Path, audio: Path) -> Iterator[UnpackedPackage]:
    """Make sure that each track lies where `PackagedTrack.unpacked_path` says, package by package.

    What is there already is neither downloaded nor unpacked again, so an interrupted run goes on where it stopped.

    Parameters
    ----------
    debs : folder of downloaded packages, created and filled as needed
    audio : folder to unpack to

    Raises
    ------
    FetchError
        apt-get or dpkg-deb isn't there, a package isn't known or can't be downloaded, or the disk can't be written.
    """
    by_package: dict[str, list[PackagedTrack]] = {}
    for track in tracks:
        by_package.setdefault(track.package, []).append(track)
    for package, listed in by_package.items():
        wanted = [track for track in listed if not track.unpacked_path(audio).exists()]
        missing: tuple[tuple[PackagedTrack, str], ...] = ()
        if wanted:
            archive = download(package, debs)
            missing = unpack(archive, wanted, audio)
        yield UnpackedPackage(package, len(listed), missing)


def download(package: str, debs: Path) -> Path:
    """Path of the package's .deb file in `debs`, which is downloaded unless one of any version lies there.

    Raises
    ------
    FetchError
        See `fetch_tracks`.
    """
    if archive := _downloaded(package, debs):
        return archive
    if shutil.which("apt-get") is None:
        raise FetchError(
            f"package {package}: apt-get isn't on this machine; run this on Debian 12, or copy its .deb into {debs}"
        )
    try:
        debs.mkdir(parents=True, exist_ok=True)
        # apt writes the final name only when it is done, but not atomically: download beside, then rename.
        with tempfile.TemporaryDirectory(dir=debs, prefix=".download-") as folder:
            result = subprocess.run(
                ["apt-get", "download", package], cwd=folder, capture_output=True, text=True, errors="replace"
            )
            found = _downloaded(package, Path(folder))
            if result.returncode or found is None:
                reason = (result.stderr.strip() or "nothing was downloaded").splitlines()[-1]
                raise FetchError(
                    f"package {package} can't be downloaded ({reason}); run `apt-get update`, check the connection "
                    f"and that this is Debian 12, or copy the .deb file into {debs}"
                )
            return found.replace(debs / found.name)
    except OSError as error:
        raise FetchError(f"package {package} can't be downloaded to {debs}: {error.strerror or error}") from error


def _downloaded(package: str, folder: Path) -> Path | None:
    for archive in sorted(folder.glob("*.deb"), reverse=True):
        if urllib.parse.unquote(archive.name).split("_")[0] == package:
            return archive
    return None


def unpack(archive: Path, tracks: Sequence[PackagedTrack], audio: Path) -> tuple[tuple[PackagedTrack, str], ...]:
    """Take tracks out of a .deb file.

    Files are written under a temporary name and renamed, so none that looks whole is half a file. Only listed members
    are read, and where they go is derived from the list, never from the archive.

    Returns
    -------
    tracks that couldn't be found, each with the reason

    Raises
    ------
    FetchError
        See `fetch_tracks`.
    """
    by_member: dict[str, list[PackagedTrack]] = {}
    for track in tracks:
        by_member.setdefault(track.container or track.path, []).append(track)
    # Some packages drop the suffix that the list gives (blobwars-data: "music/ice" is "music/ice.ogg").
    full_names = {os.path.splitext(name)[0]: name for name in by_member}  # noqa: PTH122 - paths inside the package
    full_names |= {name: name for name in by_member}
    left = set(by_member)
    missing: list[tuple[PackagedTrack, str]] = []
    try:
        with _data_tar(archive) as members:
            for member in members:
                name = full_names.get(member.name.removeprefix("./"))
                if name not in left or not member.isfile():
                    continue
                stream = members.extractfile(member)
                assert stream is not None, "only links and folders have no content"
                missing += _take(stream, by_member[name], audio)
                left.remove(name)
                if not left:
                    break
    except (tarfile.TarError, EOFError) as error:
        raise FetchError(f"{archive} is damaged ({error}); delete it and run this again") from error
    except OSError as error:
        raise FetchError(f"{archive} can't be unpacked to {audio}: {error.strerror or error}") from error
    for name in sorted(left):
        for track in by_member[name]:
            reason = f"its container {name} isn't in the package" if track.container else "isn't in the package"
            missing.append((track, reason))
    return tuple(missing)


def _take(stream: IO[bytes], tracks: Sequence[PackagedTrack], audio: Path) -> list[tuple[PackagedTrack, str]]:
    if tracks[0].container is not None:
        return _unpack_container(stream, tracks, audio)
    _write(stream, tracks[0].unpacked_path(audio))
    return []


@contextmanager
def _data_tar(archive: Path) -> Iterator[tarfile.TarFile]:
    """The files of a package as a stream; raises `tarfile.TarError`, on leaving at the latest, if it is damaged."""
    if shutil.which("dpkg-deb") is None:
        raise FetchError(f"{archive} can't be unpacked: dpkg-deb isn't on this machine; install the package dpkg")
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(
            ["dpkg-deb", "--fsys-tarfile", os.fspath(archive)], stdout=subprocess.PIPE, stderr=complaints
        ) as process,
    ):
        assert process.stdout is not None
        try:
            with tarfile.open(fileobj=process.stdout, mode="r|") as members:
                yield members
            # tarfile takes a stream that breaks off between two files for a whole one: only dpkg-deb knows.
            while process.stdout.read(1 << 20):
                pass
            if process.wait():
                raise tarfile.ReadError("dpkg-deb failed")
        except tarfile.TarError as error:
            process.kill()
            complaints.seek(0)
            said = complaints.read().decode(errors="replace").strip().splitlines()
            raise tarfile.ReadError(said[-1] if said else str(error)) from error
        finally:
            process.kill()


def _unpack_container(
    stream: IO[bytes], tracks: Sequence[PackagedTrack], audio: Path
) -> list[tuple[PackagedTrack, str]]:
    """Take tracks out of a zip archive, under whatever name, that is itself a stream."""
    missing = []
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(stream, copy, 1 << 20)
        try:
            with zipfile.ZipFile(copy) as container:
                for track in tracks:
                    try:
                        with container.open(track.path) as member:
                            _write(member, track.unpacked_path(audio))
                    except KeyError:
                        missing.append((track, f"isn't in {track.container}"))
        except zipfile.BadZipFile as error:
            return [(track, f"its container {track.container} is damaged ({error})") for track in tracks]
    return missing


def _write(stream: IO[bytes], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    with partial.open("wb") as file:
        shutil.copyfileobj(stream, file, 1 << 20)
    put_in_place(partial, path)
