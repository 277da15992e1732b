from __future__ import annotations

import json

import msgspec
import pytest

from tagger_app.errors import FileError
from tagger_app.settings import (
    Listening,
    MixerPreset,
    SavedSearch,
    Settings,
    Suggesting,
    load_settings,
    save_settings,
)


def test_no_file_gives_the_defaults(tmp_path):
    assert load_settings(tmp_path / "settings.json") == (Settings(), "")


def test_what_is_saved_is_loaded(tmp_path):
    path = tmp_path / "new folder" / "settings.json"
    settings = Settings(
        appearance="dark",
        n_workers=3,
        thresholds={"Thriller": 0.4},
        presets=(MixerPreset("Nächtliche Verfolgung", {"Action": 1.0, "Comedy": -0.5}, assigned_only=True),),
        searches=(SavedSearch("short 🎬", "thriller>0.7 length<3:00"),),
        listening=Listening(0.25, "00ff", 1.5),
        suggesting=Suggesting(0.5, {"timbre": 2.0}, 0, 9),
    )
    save_settings(settings, path)
    assert load_settings(path) == (settings, "")
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"n_workers": -1}',
        b'{"n_workers": 1000}',
        b'{"n_workers": "many"}',
        b'{"appearance": "pink"}',
        b'{"thresholds": {"Thriller": 1.5}}',
        b'{"presets": [{"name": "", "weights": {}}]}',
        b'{"thresholds": {"Thriller": NaN}}',
        b'{"language": "../../de"}',
        b'{"listening": {"volume": 1.1}}',
        b'{"listening": {"device": "speakers"}}',
        b'{"suggesting": {"weights": {"timbre": -1}}}',
    ],
)
def test_a_damaged_file_is_kept_and_named(tmp_path, content):
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    settings, problem = load_settings(path)
    assert settings == Settings()
    assert "settings.json.damaged" in problem
    assert (tmp_path / "settings.json.damaged").read_bytes() == content
    assert not path.exists()


def test_a_field_of_a_newer_version_is_passed_over(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"appearance": "light", "hologram": True}))
    assert load_settings(path) == (Settings(appearance="light"), "")


def test_a_folder_in_place_of_the_file_is_named(tmp_path):
    settings, problem = load_settings(tmp_path)
    assert settings == Settings()
    assert "can't be read" in problem


def test_what_cannot_be_saved_leaves_the_old_file(tmp_path):
    (tmp_path / "folder").write_bytes(b"a file")
    with pytest.raises(FileError, match="can't be saved"):
        save_settings(Settings(), tmp_path / "folder" / "settings.json")


def test_a_change_gives_a_new_value():
    settings = Settings()
    assert msgspec.structs.replace(settings, n_workers=2).n_workers == 2
    assert settings.n_workers == 0
