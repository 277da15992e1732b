"""The application around the window: settings, languages, models, one instance."""

from __future__ import annotations

import shutil

import msgspec
import pytest
import shiboken6
from gui_samples import fill_library, library_record, tracks_of
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox
from sound_samples import write_music

from tagger_app.ensemble.thresholds import thresholds_of
from tagger_app.gui.application import Session
from tagger_app.gui.settings.settings_dialog import SettingsDialog
from tagger_app.gui.single_instance import SingleInstance
from tagger_app.gui.workspace import Workspace
from tagger_app.settings import Settings, load_settings
from tagger_app.tagging.journal import Journal, journal_path
from tagger_app.tagging.journal_records import State


@pytest.fixture
def session(qapp, qtbot, index_path, tmp_path):
    """The application without its event loop."""
    palette, session = QPalette(qapp.palette()), Session(qapp, index_path, tmp_path / "settings.json")
    session.open()
    qtbot.waitUntil(lambda: session.window is not None)
    yield session
    session.window.close()
    session.close()
    for translator in session._translators:
        qapp.removeTranslator(translator)
    qapp.setPalette(palette)
    shiboken6.delete(session)  # now, with what watches the focus for it: the next test has its own


@pytest.fixture
def half_written(index_path, tmp_path):
    """The copy that a killed process left of a file whose tags it was writing."""
    path = write_music(tmp_path / "cue.flac", seconds=1.2, kind="flac")
    copy = path.with_name(f".cuefit-{'0' * 16}.flac")
    copy.write_bytes(b"half")
    with Journal.open(journal_path(index_path)) as journal:
        journal.record(
            batch="b",
            path=str(path),
            real_path=str(path),
            temporary=copy.name,
            fingerprint="f",
            had_tag=False,
            old={"FILMGENRE": None},
            new={"FILMGENRE": ("Drama",)},
        )
    return copy


def test_a_start_finishes_what_a_killed_process_left(half_written, session, qtbot, index_path):
    def is_settled() -> bool:
        with Journal.open(journal_path(index_path)) as journal:
            return [entry.state for entry in journal.entries()] == [State.ABANDONED]

    qtbot.waitUntil(is_settled, timeout=60_000)
    assert not half_written.exists()


def test_settings_count_at_once_and_are_kept(qtbot, qapp, session, tmp_path):
    dialog = session.window.show_settings()
    dialog._change(appearance="dark")
    assert qapp.palette().color(QPalette.ColorRole.Window).lightness() < 128
    dialog._change(appearance="light")
    assert qapp.palette().color(QPalette.ColorRole.Window).lightness() > 128
    dialog._change(n_workers=3)
    assert session.window.panels.scans.n_workers == 3
    dialog._change(write_tags_after_scan=True)
    assert session.window.folders.write_tags
    dialog.close()
    expected = Settings(appearance="light", n_workers=3, write_tags_after_scan=True)
    qtbot.waitUntil(lambda: _kept(load_settings(tmp_path / "settings.json").settings) == expected)


def _kept(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, window="", docks="", columns="")


def test_a_threshold_assigns_the_library_anew(qtbot, session, bundle, index_path):
    genre = bundle.trained_genres[0]
    record = library_record(
        "/music/a.flac", assigned=(), bundle_id=bundle.id, spec_fingerprint=bundle.manifest.fingerprint
    )
    fill_library(index_path, record)
    session.window.panels.library.refresh()
    qtbot.waitUntil(lambda: len(tracks_of(session.window)) == 1)
    dialog = session.window.show_settings()
    dialog.thresholds.set_threshold(genre, 0.0)
    qtbot.waitUntil(lambda: genre in tracks_of(session.window)[0].assigned, timeout=10_000)
    assert session.settings.thresholds == {genre: 0.0}
    assert thresholds_of(session.window.workspace.bundle)[genre] == 0.0
    dialog.close()


def test_another_language_takes_another_window(qtbot, session):
    before = session.window
    dialog = before.show_settings()
    next(box for box in dialog.findChildren(QComboBox) if box.findText("Deutsch") > 0).setCurrentText("Deutsch")
    qtbot.waitUntil(lambda: session.window is not before)
    assert session.window.menuBar().actions()[0].text() == "&Datei"
    assert session.window.panels.library.table.model().headerData(0, Qt.Orientation.Horizontal) == "Titel"
    again = session.window.findChild(SettingsDialog)
    assert again.windowTitle() == "Einstellungen"
    assert again.focusWidget().currentText() == "Deutsch"
    again.close()


def test_other_models_take_another_window_and_their_page_stays(qtbot, session, bundle):
    before = session.window
    dialog = before.show_settings()
    dialog.tabs.setCurrentWidget(dialog.models)
    dialog.models.chosen.emit(str(bundle.folder))
    qtbot.waitUntil(lambda: session.window is not before)
    again = session.window.findChild(SettingsDialog)
    assert again.isVisible()
    assert again.tabs.currentWidget() is again.models
    again.close()


def test_a_bundle_that_is_damaged_is_told_and_the_old_one_stays(qtbot, session, tmp_path, bundle):
    damaged = tmp_path / "damaged"
    shutil.copytree(bundle.folder, damaged)
    (damaged / "manifest.json").write_text("{")
    dialog = session.window.show_settings()
    dialog.models._choice.addItem("damaged", str(damaged))
    dialog.models._choice.setCurrentIndex(dialog.models._choice.count() - 1)
    qtbot.waitUntil(lambda: "manifest" in dialog.models._message.text)
    assert not dialog.models._use.isEnabled()
    assert session.window.workspace.bundle is not None
    dialog.close()


def test_damaged_settings_are_told(qtbot, qapp, index_path, tmp_path):
    path = tmp_path / "settings.json"
    path.write_text("{")
    session = Session(qapp, index_path, path)
    session.open()
    qtbot.waitUntil(lambda: session.window is not None)
    assert "damaged" in session.window.panels.message.text
    session.window.close()
    session.close()
    shiboken6.delete(session)


def test_one_instance_for_one_index(qtbot, index_path, tmp_path):
    first, second = SingleInstance(index_path), SingleInstance(index_path)
    other = SingleInstance(tmp_path / "other.db")
    assert first.claim()
    assert other.claim()
    with qtbot.waitSignal(first.called):
        assert not second.claim()
    first.release()
    assert second.claim()
    second.release()
    other.release()


def test_the_workspace_can_be_shared():
    assert "bundle_thresholds" in Workspace.__dataclass_fields__
