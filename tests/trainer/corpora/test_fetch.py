from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from trainer.corpora.fetch import UnpackedPackage, download, fetch_tracks
from trainer.corpora.tracks import PackagedTrack
from trainer.errors import FetchError

needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb builds the packages of these tests")
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="stands a shell script in for apt-get")

PLAIN = PackagedTrack("game-music", "usr/share/game/music/Main theme.ogg", None)
NO_SUFFIX = PackagedTrack("game-music", "usr/share/game/music/ice.ogg", None)
ZIPPED = PackagedTrack("game-music", "music/battle.ogg", "usr/share/game/data.pk3")


def build_package(folder: Path, package: str = "game-music", version: str = "1%3a2.0-1") -> Path:
    root = folder / f"{package}-root"
    music = root / "usr/share/game/music"
    music.mkdir(parents=True)
    (music / "Main theme.ogg").write_bytes(b"theme" * 100_000)
    (music / "ice").write_bytes(b"ice")
    (music / "link.ogg").symlink_to("/etc/passwd")
    with zipfile.ZipFile(root / "usr/share/game/data.pk3", "w") as container:
        container.writestr("music/battle.ogg", b"battle" * 100_000)
        container.writestr("../../../escaped.ogg", b"escaped")
    (root / "usr/share/game/broken.pk3").write_bytes(b"PK\x03\x04 not really")
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN/control").write_text(
        f"Package: {package}\nVersion: 1:2.0-1\nArchitecture: all\nMaintainer: Nobody <nobody@example.org>\n"
        "Description: music\n",
        encoding="utf-8",
    )
    debs = folder / "debs"
    debs.mkdir(exist_ok=True)
    archive = debs / f"{package}_{version}_all.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zgzip", "--build", str(root), str(archive)],
        check=True,
        capture_output=True,
    )
    return archive


def fetch_one(tracks: list[PackagedTrack], folder: Path) -> UnpackedPackage:
    (unpacked,) = fetch_tracks(tracks, folder / "debs", folder / "audio")
    return unpacked


@needs_dpkg
def test_listed_tracks_are_taken_out(tmp_path: Path) -> None:
    build_package(tmp_path)
    assert fetch_one([PLAIN, NO_SUFFIX, ZIPPED], tmp_path) == UnpackedPackage("game-music", 3, ())
    audio = tmp_path / "audio"
    assert PLAIN.unpacked_path(audio).read_bytes() == b"theme" * 100_000
    assert NO_SUFFIX.unpacked_path(audio).read_bytes() == b"ice"
    assert ZIPPED.unpacked_path(audio) == audio / "debian/game-music/music/battle.ogg"
    assert ZIPPED.unpacked_path(audio).read_bytes() == b"battle" * 100_000
    assert len([path for path in audio.rglob("*") if path.is_file()]) == 3


@needs_dpkg
def test_what_is_there_is_not_unpacked_again(tmp_path: Path) -> None:
    archive = build_package(tmp_path)
    fetch_one([PLAIN, ZIPPED], tmp_path)
    archive.unlink()
    before = PLAIN.unpacked_path(tmp_path / "audio").stat().st_mtime_ns
    assert fetch_one([PLAIN, ZIPPED], tmp_path).missing == ()
    assert PLAIN.unpacked_path(tmp_path / "audio").stat().st_mtime_ns == before


@needs_dpkg
def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    build_package(tmp_path)
    half = PLAIN.unpacked_path(tmp_path / "audio")
    half.parent.mkdir(parents=True)
    half.with_name(half.name + ".part").write_bytes(b"the")
    fetch_one([PLAIN], tmp_path)
    assert half.read_bytes() == b"theme" * 100_000
    assert list(half.parent.iterdir()) == [half]


@needs_dpkg
def test_missing_tracks_are_reported_with_the_reason(tmp_path: Path) -> None:
    build_package(tmp_path)
    tracks = {
        PackagedTrack("game-music", "usr/share/game/music/gone.ogg", None): "isn't in the package",
        PackagedTrack("game-music", "usr/share/game/music/link.ogg", None): "isn't in the package",
        PackagedTrack("game-music", "gone.ogg", "usr/share/game/data.pk3"): "isn't in usr/share/game/data.pk3",
        PackagedTrack("game-music", "a.ogg", "usr/share/game/gone.pk3"): "container usr/share/game/gone.pk3 isn't in",
        PackagedTrack("game-music", "a.ogg", "usr/share/game/broken.pk3"): "broken.pk3 is damaged",
    }
    missing = fetch_one([*tracks, PLAIN], tmp_path).missing
    assert {track for track, _ in missing} == set(tracks)
    for track, reason in missing:
        assert tracks[track] in reason
    assert PLAIN.unpacked_path(tmp_path / "audio").exists()


@needs_dpkg
@pytest.mark.parametrize("kept_bytes", [0, 30, 1000])
def test_a_damaged_package_says_so(tmp_path: Path, kept_bytes: int) -> None:
    archive = build_package(tmp_path)
    content = archive.read_bytes()
    archive.write_bytes(content[:kept_bytes])
    with pytest.raises(FetchError, match=r"is damaged .*; delete it and run this again"):
        fetch_one([PLAIN, ZIPPED], tmp_path)
    assert not PLAIN.unpacked_path(tmp_path / "audio").exists()


@needs_dpkg
@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    build_package(tmp_path)
    (tmp_path / "audio").mkdir(mode=0o500)
    with pytest.raises(FetchError, match="Permission denied"):
        fetch_one([PLAIN], tmp_path)


@needs_dpkg
def test_a_file_in_the_way_of_a_folder_says_so(tmp_path: Path) -> None:
    build_package(tmp_path)
    (tmp_path / "audio").write_text("not a folder", encoding="utf-8")
    with pytest.raises(FetchError, match="can't be unpacked to"):
        fetch_one([PLAIN], tmp_path)


def test_the_downloaded_package_is_found_by_its_whole_name(tmp_path: Path) -> None:
    for name in ("game_1_all.deb", "game-music-extra_1_all.deb", "game-music_1%3a2.0-1_all.deb", "game-music.deb.part"):
        (tmp_path / name).touch()
    assert download("game-music", tmp_path).name == "game-music_1%3a2.0-1_all.deb"


def test_a_machine_without_apt_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        FetchError, match=r"apt-get isn't on this machine; run this on Debian 12, or copy its \.deb into"
    ):
        download("game-music", tmp_path / "debs")


def test_a_machine_without_dpkg_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "debs").mkdir()
    (tmp_path / "debs/game-music_1_all.deb").touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FetchError, match="dpkg-deb isn't on this machine"):
        fetch_one([PLAIN], tmp_path)


def fake_apt(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = folder / "bin"
    commands.mkdir()
    (commands / "apt-get").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (commands / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", f"{commands}{os.pathsep}{os.environ['PATH']}")


@posix_only
def test_packages_are_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_apt(tmp_path, '[ "$1" = download ] && echo content > "$2_1%3a3_all.deb"', monkeypatch)
    archive = download("game-music", tmp_path / "debs")
    assert archive == tmp_path / "debs/game-music_1%3a3_all.deb"
    assert archive.read_text(encoding="utf-8") == "content\n"
    assert list((tmp_path / "debs").iterdir()) == [archive]


@posix_only
@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'E: Unable to locate package' >&2; exit 100", r"E: Unable to locate package\); run `apt-get update`"),
        ("echo half > game-music_1_all.deb; exit 1", "nothing was downloaded"),
        ("exit 0", "nothing was downloaded"),
    ],
)
def test_a_failed_download_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    fake_apt(tmp_path, script, monkeypatch)
    with pytest.raises(FetchError, match=reason):
        download("game-music", tmp_path / "debs")
    assert list((tmp_path / "debs").iterdir()) == []
