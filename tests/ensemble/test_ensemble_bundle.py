"""A damaged bundle, or one made for something else, is refused with one clear message."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tagger_app.ensemble import bundle as bundles
from tagger_app.ensemble import choose
from tagger_app.ensemble.bundle import load_bundle
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.ensemble.embedding import n_statistics
from tagger_app.ensemble.manifest import decode_manifest, encode_manifest
from tagger_app.errors import BundleError
from tagger_app.genres import GENRES

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def folder(tmp_path: Path, bundle) -> Path:
    """A copy of the shipped bundle, to be damaged."""
    return Path(shutil.copytree(bundle.folder, tmp_path / "copy"))


def _refused(folder: Path) -> str:
    with pytest.raises(BundleError) as raised:
        load_bundle(folder).open_members()
    assert "\n" not in str(raised.value)
    return str(raised.value)


def _change(folder: Path, change: Change) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_bytes())
    change(manifest)
    path.write_text(json.dumps(manifest))


def _replace_file(folder: Path, entry: dict[str, Any], content: bytes) -> None:
    """Another content, and the manifest agrees with it."""
    (folder / entry["file"]).write_bytes(content)
    entry["sha256"] = hashlib.sha256(content).hexdigest()


def _npz(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def test_the_shipped_bundle_is_sound(bundle):
    assert bundle.trained_genres
    assert set(bundle.trained_genres) <= set(GENRES)
    assert bundle.manifest.fingerprint == bundle.spec.fingerprint()
    members = bundle.open_members()
    assert len(members) == len(bundle.manifest.members)
    n_hidden = sum(member.n_hidden for member in members)
    assert n_statistics(bundle.spec) + n_hidden == len(bundle.projection.mean)
    evidence = bundle.manifest.embedding.evidence
    assert evidence is not None
    assert evidence.precision_soundtrack > evidence.precision_soundtrack_chance
    assert evidence.precision_genre > evidence.precision_genre_chance
    for genre, evidence in zip(GENRES, bundle.manifest.evidence, strict=True):
        assert evidence.genre == genre
        if not evidence.untrained:
            assert evidence.held_out_tracks
            assert evidence.roc_auc is not None
            assert evidence.precision is not None


def test_a_bundle_is_plain_data_for_another_process(bundle):
    again = pickle.loads(pickle.dumps(bundle))
    assert again.manifest == bundle.manifest
    assert again.contents == bundle.contents


def test_a_manifest_survives_writing_and_reading(bundle):
    assert decode_manifest(encode_manifest(bundle.manifest)) == bundle.manifest
    assert encode_manifest(bundle.manifest).endswith(b"}\n")


@pytest.mark.parametrize("which", ["manifest", "member", "projection"])
def test_a_missing_file(folder, bundle, which):
    name = {"manifest": "manifest.json", "member": bundle.manifest.members[0].file, "projection": "embedding.npz"}[
        which
    ]
    (folder / name).unlink()
    assert _refused(folder) == f"{folder / name}: No such file or directory"


def test_no_folder(tmp_path):
    assert "No such file" in _refused(tmp_path / "nowhere")


@pytest.mark.parametrize("which", ["member", "projection"])
def test_a_file_that_is_not_the_one_named(folder, bundle, which):
    path = folder / (bundle.manifest.members[-1].file if which == "member" else "embedding.npz")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert "SHA-256 differs" in _refused(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"null", b'{"format": 3}', b"[" * 100_000])
def test_something_else_for_a_manifest(folder, content):
    (folder / "manifest.json").write_bytes(content)
    assert "isn't a manifest that this version reads" in _refused(folder)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda manifest: manifest.update(smell="roses"), "smell"),
        (lambda manifest: manifest["members"][0].update(smell=1), "smell"),
        (lambda manifest: manifest["features"].update(smell=1), "smell"),
        (lambda manifest: manifest.pop("evidence"), "evidence"),
        (lambda manifest: manifest.update(format="1"), "$.format"),
        (lambda manifest: manifest.update(id="../x"), "$.id"),
        (lambda manifest: manifest.update(id=""), "$.id"),
        (lambda manifest: manifest["members"][0].update(file="../../etc/passwd.tflite"), "$.members[0].file"),
        (lambda manifest: manifest["members"][0].update(file="/action.tflite"), "$.members[0].file"),
        (lambda manifest: manifest["members"][0].update(file="action.tflite\n"), "$.members[0].file"),
        (lambda manifest: manifest["members"][0].update(sha256="abc"), "$.members[0].sha256"),
        (lambda manifest: manifest["calibrations"][0].update(threshold=1.5), "$.calibrations[0].threshold"),
        (lambda manifest: manifest["calibrations"][0].update(slope=-1.0), "$.calibrations[0].slope"),
        (lambda manifest: manifest["calibrations"][0].update(slope="steep"), "$.calibrations[0].slope"),
        (lambda manifest: manifest["calibrations"][0].update(caution=-0.1), "$.calibrations[0].caution"),
        (lambda manifest: manifest["members"][0].update(genres=[]), "$.members[0].genres"),
        (lambda manifest: manifest.update(heard=["not a fingerprint"]), "$.heard[0]"),
        (lambda manifest: manifest["embedding"].update(file="../embedding.npz"), "$.embedding.file"),
        (lambda manifest: manifest["embedding"].update(size=0), "$.embedding.size"),
        (lambda manifest: manifest["embedding"].pop("evidence"), "evidence"),
        (
            lambda manifest: manifest["embedding"]["evidence"].update(precision_genre=1.2),
            "$.embedding.evidence.precision_genre",
        ),
        (lambda manifest: manifest["standardisation"].update(centre="moon"), "$.standardisation.centre"),
        (lambda manifest: manifest["standardisation"]["deviation"].__setitem__(3, 0.0), "$.standardisation.deviation"),
        (lambda manifest: manifest["standardisation"]["mean"].__setitem__(3, None), "$.standardisation.mean"),
        (lambda manifest: manifest["evidence"][0].update(roc_auc=2.0), "$.evidence[0].roc_auc"),
        (lambda manifest: manifest["features"].update(n_mfcc="forty"), "$.features.n_mfcc"),
        (lambda manifest: manifest["features"].pop("window"), "window"),
        (lambda manifest: manifest.update(id="name\n"), "$.id"),
    ],
)
def test_a_manifest_that_breaks_the_rules_is_told_where(folder, change: Change, place):
    _change(folder, change)
    reason = _refused(folder)
    assert "isn't a manifest that this version reads" in reason
    assert place in reason


def _call_untrained(manifest: dict[str, Any]) -> None:
    trained = manifest["calibrations"][0]["genre"]
    next(entry for entry in manifest["evidence"] if entry["genre"] == trained)["untrained"] = "too few soundtracks"


def _forget_genre(manifest: dict[str, Any]) -> None:
    """Take a genre from the members, and with it those that answer for nothing else."""
    forgotten = manifest["calibrations"].pop()["genre"]
    for entry in manifest["members"]:
        entry["genres"] = [genre for genre in entry["genres"] if genre != forgotten]
    manifest["members"] = [entry for entry in manifest["members"] if entry["genres"]]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda manifest: manifest.update(format=1), "has format 1; this version of Cuefit reads format 3"),
        (lambda manifest: (manifest.update(format=4, smell=1), manifest.pop("evidence")), "has format 4; this version"),
        (lambda manifest: manifest.update(fingerprint="0" * 16), "another feature spec"),
        (lambda manifest: manifest["features"].update(max_hz=8_000.0), "another feature spec"),
        (lambda manifest: manifest["genres"].reverse(), "other genres"),
        (lambda manifest: manifest["genres"].append("Western"), "other genres"),
        (lambda manifest: manifest.update(members=[]), "has no members"),
        (lambda manifest: manifest["members"].append(manifest["members"][0]), "one file for two members"),
        (lambda manifest: manifest["members"][0].update(genres=["Western"]), "members for other genres"),
        (lambda manifest: manifest["members"][0]["genres"].append(manifest["members"][0]["genres"][0]), "other genres"),
        (lambda manifest: manifest["calibrations"].append(manifest["calibrations"][0]), "a strange list of genres"),
        (lambda manifest: manifest["calibrations"][0].update(genre="Western"), "a strange list of genres"),
        (lambda manifest: manifest["calibrations"].pop(), "members for other genres"),
        (lambda manifest: manifest["evidence"].pop(), "evidence of each genre"),
        (lambda manifest: manifest["evidence"].append(manifest["evidence"][0]), "evidence of each genre"),
        (_call_untrained, "calls a genre untrained that has a member"),
        (_forget_genre, "calls a genre untrained that has a member, or the other way round"),
        (lambda manifest: manifest["standardisation"]["mean"].pop(), "another number of coefficients"),
        (lambda manifest: manifest["standardisation"]["deviation"].append(1.0), "another number of coefficients"),
        (lambda manifest: manifest["embedding"].update(size=3), "the manifest says size 3"),
    ],
)
def test_a_manifest_that_contradicts_itself(folder, change: Change, reason):
    _change(folder, change)
    assert reason in _refused(folder)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.999])
def test_a_truncated_network_with_the_right_hash(folder, share):
    def change(manifest: dict[str, Any]) -> None:
        entry = manifest["members"][0]
        content = (folder / entry["file"]).read_bytes()
        _replace_file(folder, entry, content[: round(share * len(content))])

    _change(folder, change)
    assert ".tflite: " in _refused(folder)


def test_text_for_a_network(folder):
    _change(folder, lambda manifest: _replace_file(folder, manifest["members"][0], b"I am a network. " * 1_000))
    assert ".tflite: " in _refused(folder)


def test_a_network_for_other_tiles(folder, bundle):
    """The spec and its fingerprint agree; the networks were made for another."""
    other = replace(bundle.spec, tile_frames=50)
    _change(folder, lambda manifest: manifest.update(features=asdict(other), fingerprint=other.fingerprint()))
    assert ".tflite: " in _refused(folder)


def _projection(bundle, **changes: Any) -> bytes:
    return _npz(**(vars(bundle.projection) | changes))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda bundle: b"no archive", "isn't the projection"),
        (lambda bundle: b"", "isn't the projection"),
        (lambda bundle: _projection(bundle)[:-400], "isn't the projection"),
        (lambda bundle: _npz(mean=bundle.projection.mean), "isn't the projection"),
        (lambda bundle: _projection(bundle, mean=np.array([{"a": "pickle"}], dtype=object)), "isn't the projection"),
        (lambda bundle: pickle.dumps({"mean": 1}), "isn't the projection"),
        (lambda bundle: _projection(bundle, axes=bundle.projection.axes[:, :-1]), "has axes of"),
        (lambda bundle: _projection(bundle, axes=bundle.projection.axes[:-1]), "has axes of"),
        (lambda bundle: _projection(bundle, axes=bundle.projection.axes.astype(np.float64)), "has axes of float64"),
        (lambda bundle: _projection(bundle, mean=np.float32(0)), "has mean of float32 ()"),
        (lambda bundle: _projection(bundle, spread_mean=bundle.projection.spread_mean[1:]), "has spread_mean of"),
        (lambda bundle: _projection(bundle, spread_axes=bundle.projection.spread_axes.T), "has spread_axes of"),
        (lambda bundle: _projection(bundle, mean=bundle.projection.mean * np.float32(np.nan)), "aren't numbers"),
        (lambda bundle: _projection(bundle, spread_axes=bundle.projection.axes + np.inf), "aren't numbers"),
        (
            lambda bundle: _npz(**{name: array[1:] for name, array in vars(bundle.projection).items()}),
            "hidden units, the members have",
        ),
    ],
)
def test_a_projection_of_another_kind(folder, bundle, make, reason):
    _change(folder, lambda manifest: _replace_file(folder, manifest["embedding"], make(bundle)))
    assert reason in _refused(folder)


def test_a_file_that_is_too_large_is_not_read(folder, monkeypatch, bundle):
    monkeypatch.setattr(bundles, "_MAX_FILE_BYTES", 1 << 20)
    with (folder / bundle.manifest.members[0].file).open("r+b") as file:
        file.truncate((1 << 20) + 1)
    assert "is larger than any file of a bundle (1 MiB)" in _refused(folder)


class TestChoice:
    @pytest.fixture(autouse=True)
    def user_folder(self, tmp_path, monkeypatch):
        folder = tmp_path / "models"
        folder.mkdir()
        monkeypatch.setattr(choose, "user_bundles_path", lambda: folder)
        return folder

    def test_the_shipped_one_unless_another_is_named(self, bundle, user_folder):
        mine = Path(shutil.copytree(bundle.folder, user_folder / "mine"))
        _change(mine, lambda manifest: manifest["training"].update(created="2999-01-01"))
        assert choose_bundle().folder == bundle.folder
        assert choose_bundle("mine").folder == mine

    def test_by_id_and_by_folder(self, bundle, folder):
        assert choose_bundle(bundle.folder.name).folder == bundle.folder
        assert choose_bundle(str(folder)).folder == folder

    def test_no_such_bundle(self, bundle):
        with pytest.raises(BundleError, match=f"neither a folder nor the id of a bundle; there are .*{bundle.id}"):
            choose_bundle("nothing-2000.01")
