"""A bundle from a stranger, whose hashes all agree: it is refused in words, and reads and harms nothing else."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import shutil
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tagger_app.ensemble import choose, trial
from tagger_app.ensemble.bundle import Bundle, load_bundle
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.ensemble.trial import try_members
from tagger_app.errors import BundleError


@pytest.fixture
def folder(tmp_path: Path, bundle: Bundle) -> Path:
    return Path(shutil.copytree(bundle.folder, tmp_path / "copy"))


def _refused(folder: Path) -> str:
    with pytest.raises(BundleError) as raised:
        try_members(load_bundle(folder))
    assert "\n" not in raised.value.reason
    return raised.value.reason


def _replace(folder: Path, part: str, content: bytes) -> None:
    """Another network or projection, and a manifest that agrees."""
    path = folder / "manifest.json"
    manifest: dict[str, Any] = json.loads(path.read_bytes())
    entry = manifest["members"][0] if part == "member" else manifest["embedding"]
    (folder / entry["file"]).write_bytes(content)
    entry["sha256"] = hashlib.sha256(content).hexdigest()
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    "name",
    ["../action.tflite", "/etc/passwd", "..\\action.tflite", "action.tflite/../../x.tflite", "C:action.tflite", ""],
)
def test_no_name_leads_out_of_the_folder(folder: Path, name: str) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["members"][0]["file"] = name
    path.write_text(json.dumps(manifest))
    (folder.parent / "action.tflite").write_bytes(b"outside")
    assert "$.members[0].file" in _refused(folder)


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
@pytest.mark.parametrize("name", ["manifest.json", "embedding.npz"])
@pytest.mark.parametrize("kind", ["device", "pipe", "elsewhere"])
def test_links_and_pipes(folder: Path, name: str, kind: str) -> None:
    (folder / name).unlink()
    if kind == "pipe":
        os.mkfifo(folder / name)
    elif kind == "device":
        (folder / name).symlink_to("/dev/zero")
    else:
        (folder.parent / "secret").write_text("a secret of 24 letters")
        (folder / name).symlink_to(folder.parent / "secret")
    reason = _refused(folder)
    assert "secret of" not in reason
    assert "isn't" in reason


def _archive(compression: int = zipfile.ZIP_STORED, **parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(f"{name}.npy", content)
    return buffer.getvalue()


def _header(shape: str) -> bytes:
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


@pytest.mark.parametrize("shape", ["(1000000000000,)", "(4000000000, 4000000000)", "(-1,)", "('x',)", "(" * 1_000])
def test_a_tensor_that_nothing_could_hold(folder: Path, shape: str) -> None:
    _replace(folder, "embedding", _archive(mean=_header(shape) + bytes(64)))
    assert "isn't the projection" in _refused(folder)


def test_an_archive_that_inflates(folder: Path) -> None:
    large = _archive(zipfile.ZIP_DEFLATED, mean=_header("(20000000,)") + bytes(80_000_000))
    assert len(large) < 1_000_000
    _replace(folder, "embedding", large)
    assert "would unpack to more" in _refused(folder)


def test_names_in_an_archive_are_no_paths(folder: Path, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    _replace(folder, "embedding", _archive(**{"../../outside": b"x", "/mean": b"x", "mean": b"x"}))
    _refused(folder)
    assert set(tmp_path.rglob("*")) == before


def test_objects_are_never_unpickled(folder: Path, tmp_path: Path) -> None:
    class Harm:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "harmed",)

    buffer = io.BytesIO()
    np.savez(buffer, mean=np.array([Harm()], dtype=object))
    _replace(folder, "embedding", buffer.getvalue())
    assert "isn't the projection" in _refused(folder)
    assert not (tmp_path / "harmed").exists()


def test_a_damaged_network_ends_no_more_than_the_process_that_tries_it(folder: Path, bundle: Bundle) -> None:
    """Networks are read where they lie in memory: one in a few hundred damaged ones crashes LiteRT."""
    whole = bundle.contents[0]
    reasons = []
    for number in range(6):
        chance = random.Random(number)
        content = bytearray(whole)
        for _ in range(16):
            # What stands at the end tells shapes, operators and where everything is.
            place = len(content) - 4 - chance.randrange(8_000)
            content[place : place + 4] = chance.choice((b"\xff\xff\xff\x7f", bytes(4), chance.randbytes(4)))
        _replace(folder, "member", bytes(content))
        try:
            try_members(load_bundle(folder))
        except BundleError as error:
            reasons.append(error.reason)
    assert reasons
    assert not any("\n" in reason for reason in reasons)


def _field(data: bytes, table: int, number: int) -> int:
    """Place of a field of a table of a FlatBuffer; 0 where it has the default."""
    vtable = table - struct.unpack_from("<i", data, table)[0]
    (size,) = struct.unpack_from("<H", data, vtable)
    at = 4 + 2 * number
    (offset,) = struct.unpack_from("<H", data, vtable + at) if at < size else (0,)
    return table + int(offset) if offset else 0


def _with_operator(network: bytes, code: int) -> bytes:
    """A network with its last operator replaced by another: 32 is one that LiteRT is to be taught, 203 is none."""
    data = bytearray(network)
    (root,) = struct.unpack_from("<I", data, 0)
    codes = _field(data, root, 1)
    codes += struct.unpack_from("<I", data, codes)[0]
    (n_codes,) = struct.unpack_from("<I", data, codes)
    entry = codes + 4 * n_codes
    table = entry + struct.unpack_from("<I", data, entry)[0]
    old, new = _field(data, table, 0), _field(data, table, 3)
    assert old, "the operator is one of those with a byte of its own"
    data[old] = min(code, 127)
    if new:
        struct.pack_into("<i", data, new, code)
    return bytes(data)


@pytest.mark.parametrize("code", [32, 127, 203])
def test_operators_that_are_unknown(folder: Path, bundle: Bundle, code: int) -> None:
    changed = _with_operator(bundle.contents[0], code)
    assert changed != bundle.contents[0]
    _replace(folder, "member", changed)
    reason = _refused(folder)
    assert reason.startswith("LiteRT can't run it")
    assert reason.isprintable()


def _crash(folder: Path, sending: object) -> None:
    os.abort()


def test_a_network_that_crashes_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_report", _crash)
    assert _refused(folder) == "holds a network that crashes LiteRT"


def test_a_huge_manifest_of_another_bundle_keeps_nobody_from_choosing(
    tmp_path: Path, bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "models" / "huge"
    other.mkdir(parents=True)
    with (other / "manifest.json").open("wb") as file:
        file.truncate(1 << 40)
    monkeypatch.setattr(choose, "user_bundles_path", lambda: other.parent)
    assert choose_bundle().id == bundle.id
    with pytest.raises(BundleError, match="larger than any file"):
        choose_bundle("huge")


@pytest.mark.parametrize(
    "content", ['{"format": 1e999}', '{"format": ' + "9" * 5_000 + "}", '{"format": true}', '"\\ud800"']
)
def test_numbers_and_texts_that_are_none(folder: Path, content: str) -> None:
    (folder / "manifest.json").write_text(content)
    assert "isn't a manifest" in _refused(folder)
