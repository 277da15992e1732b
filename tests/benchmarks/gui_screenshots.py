"""Pictures of every view, light and dark: ``python tests/benchmarks/gui_screenshots.py FOLDER_OF_MUSIC``.

Opens the application as a person does, scans a copy of the folder into a temporary index, writes tags, and keeps
pictures of the window in ``resources/screenshots/``. The folder itself stays as it is. Needs a screen: on a machine
without one,
``QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1600x1000x24" python ...``.
"""

from __future__ import annotations

import argparse
import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import soundfile
from gui_speed import wait_until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTreeWidget, QWidget

from tagger_app.gui.appearance import use_appearance
from tagger_app.gui.application import Session
from tagger_app.gui.docks import show_dock
from tagger_app.gui.main_window import MainWindow
from tagger_app.gui.mixer.mix import Mix
from tagger_app.index.connection import open_for_reading
from tagger_app.index.query import parse_query
from tagger_app.index.records import Track
from tagger_app.index.search import search
from tagger_app.scan.retag import write_decisions, write_tags
from tagger_app.settings import MixerPreset, SavedSearch, Settings, save_settings
from tagger_app.suggest.seeds import Region

SIZE = (1600, 1000)
SEARCHES = (
    SavedSearch("Short and hard", "action>0.3 length<2:30"),
    SavedSearch("Space, not comic", "scifi -comedy"),
)
PRESETS = (MixerPreset("Chase", {"Action": 0.9, "Comedy": -0.5}),)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("music", type=Path)
    parser.add_argument("--out", type=Path, default=Path("resources/screenshots"))
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    application = QApplication(["cuefit"])
    application.setStyle("Fusion")
    with tempfile.TemporaryDirectory(prefix="Reel-") as folder:
        index_path = Path(folder, "library.db")
        music = Path(folder, "Music")
        shutil.copytree(arguments.music, music)
        add_broken_files(music)
        settings_path = Path(folder, "settings.json")
        settings = Settings(appearance="light", language="en", searches=SEARCHES, presets=PRESETS)
        save_settings(settings, settings_path)
        take_first_start(application, index_path, settings_path, music, arguments.out)
        write_some_tags(index_path)
        session, window = open_window(application, index_path, settings_path)
        for name, view in views(window):
            for appearance in ("light",) if name == "settings-general" else ("light", "dark"):
                use_appearance(application, appearance)
                QTest.qWait(150)
                keep(view, arguments.out / f"{name}-{appearance}.png")
        close(session)
        save_settings(Settings(appearance="light", language="de", searches=SEARCHES, presets=PRESETS), settings_path)
        session, window = open_window(application, index_path, settings_path)
        choose(window)
        keep(window, arguments.out / "library-german-light.png")
        close(session)


def open_window(application: QApplication, index_path: Path, settings_path: Path) -> tuple[Session, MainWindow]:
    """The application, as large as the pictures."""
    session = Session(application, index_path, settings_path)
    session.open()
    wait_until(lambda: session.window is not None)
    assert session.window is not None
    session.window.resize(*SIZE)
    wait_until(lambda: session.window.panels.library.model.is_complete)
    QTest.qWait(800)
    return session, session.window


def close(session: Session) -> None:
    """End it."""
    assert session.window is not None
    session.window.close()
    session.close()


def add_broken_files(music: Path) -> None:
    """What every grown library has: an empty file, a web page named like a cue, a copy that was broken off."""
    folder = next((folder for folder in sorted(music.iterdir()) if folder.is_dir()), music)
    (folder / "M12 Chase v3.wav").touch()
    (folder / "Temp love theme.mp3").write_text("<!doctype html><title>404</title>")
    sound = io.BytesIO()
    soundfile.write(sound, np.random.default_rng(1).normal(0, 0.1, (44_100 * 60, 2)), 44_100, format="WAV")
    (folder / "Rooftop stems.wav").write_bytes(sound.getvalue()[: 44_100 * 4 * 21])
    (folder / "Main title (rec).flac").write_bytes(b"fLaC" + bytes(500))


def write_some_tags(index_path: Path) -> None:
    """An evening's work in the journal: two runs of writing, and the editor's own decisions."""
    with closing(open_for_reading(index_path)) as connection:
        tracks = search(connection, parse_query(""), "-scifi", None)
    best_first = [track for track in reversed(tracks) if track.status == "present" and not track.unscored]
    for written in (best_first[6:16], best_first[:3]):
        list(write_tags(written, index_path))
    list(write_decisions([(best_first[2], ("Thriller", "-Action"))], index_path))


def take_first_start(application: QApplication, index_path: Path, settings_path: Path, music: Path, out: Path) -> None:
    """The empty library, and the scan that fills it."""
    session, window = open_window(application, index_path, settings_path)
    for appearance in ("light", "dark"):
        use_appearance(application, appearance)
        QTest.qWait(200)
        keep(window, out / f"first-start-{appearance}.png")
    folders = [str(folder) for folder in sorted(music.iterdir()) if folder.is_dir()]
    window.folders.scan(folders or [str(music)])
    wait_until(lambda: window.panels.library.model.rowCount() > 24, timeout_s=900)
    QTest.qWait(1_500)
    for appearance in ("light", "dark"):
        use_appearance(application, appearance)
        QTest.qWait(200)
        keep(window, out / f"scan-{appearance}.png")
    wait_until(lambda: not window.panels.scans.is_busy, timeout_s=3_600)
    QTest.qWait(2_000)
    close(session)


def choose(window: MainWindow) -> Track:
    """A track that is worth a look, loaded into the player."""
    window.resizeDocks([window.docks.player], [window.fontMetrics().height() * 14], Qt.Orientation.Vertical)
    library = window.panels.library
    library.sort_by("scifi")
    wait_until(lambda: library.model.listing.sort == "scifi" and library.model.is_complete)
    library.table.select_row(2)
    wait_until(lambda: len(library.selected_tracks) == 1)
    QTest.qWait(900)
    return library.selected_tracks[0]


def views(window: MainWindow) -> Iterator[tuple[str, QWidget]]:
    """Every view, one after the other; what is yielded is shown as it is to be kept."""
    panels, docks = window.panels, window.docks
    track = choose(window)
    yield "library", window
    panels.mixer.set_mix(Mix.of({"Action": 0.8, "Sci-Fi": 0.4, "Comedy": -0.6}))
    wait_until(lambda: panels.library.model.mix is not None)
    QTest.qWait(400)
    yield "mixer", window
    panels.mixer.reset()
    panels.search.edit.setText("scifi>0.2 -comedy length<4:00 (")
    QTest.qWait(500)
    yield "search-fault", window
    panels.search.set_text("scifi>0.2 -comedy length<4:00")
    QTest.qWait(500)
    yield "search", window
    panels.search.clear()
    track = choose(window)
    window.actions_.suggest.trigger()
    wait_until(lambda: panels.suggestions._view.suggestions.rowCount() > 0)
    QTest.qWait(500)
    yield "suggestions", window
    region = Region(track.duration_s * 0.3, track.duration_s * 0.5)
    panels.player._set_region(region)
    for added in (panels.library.model.track_at(row) for row in (0, 3, 5)):
        if added is not None:
            panels.bin.add_tracks([added])
    panels.bin.add_region(track, region)
    show_dock(docks.bin)
    QTest.qWait(600)
    yield "bin", window
    show_dock(docks.failures)
    QTest.qWait(300)
    yield "failures", window
    show_dock(docks.player)
    show_dock(docks.corrections)
    QTest.qWait(300)
    yield "genres", window
    show_dock(docks.mixer)
    yield from dialogs(window, track)


def dialogs(window: MainWindow, track: Track) -> Iterator[tuple[str, QWidget]]:
    """The windows beside the main one."""
    actions = window.actions_
    window.panels.library.table.setFocus()
    for row in range(6):  # some are tagged already, some aren't
        QTest.keyClick(
            window.panels.library.table, Qt.Key.Key_Down if row else Qt.Key.Key_Home, Qt.KeyboardModifier.ShiftModifier
        )
    wait_until(lambda: len(window.panels.library.selected_tracks) > 3)
    opened: list[tuple[str, Callable[[], None]]] = [
        ("tags-preview", actions.write_tags.trigger),
        ("tags-history", actions.tag_history.trigger),
        ("evidence", actions.evidence.trigger),
        ("keyboard", actions.shortcuts.trigger),
        ("bin-export", window.panels.bin.export),
    ]
    for name, show in opened:
        show()
        QTest.qWait(900)
        dialog = QApplication.activeModalWidget()
        assert dialog is not None, name
        wait_until(lambda dialog=dialog: all(tree.topLevelItemCount() for tree in dialog.findChildren(QTreeWidget)))
        for line in dialog.findChildren(QLineEdit):
            if line.text().startswith("/"):
                line.setText("/home/editor/Reel 3/Bin.m3u8")  # not where this computer keeps its files
        yield name, dialog
        dialog.close()
        QTest.qWait(200)
    settings = window.show_settings()
    for number, name in enumerate(("general", "scanning", "tags", "models", "thresholds")):
        settings.tabs.setCurrentIndex(number)
        QTest.qWait(300)
        yield f"settings-{name}", settings
    settings.close()


def keep(widget: QWidget, path: Path) -> None:
    """Keep a picture of a widget, as small as PNG makes it."""
    picture = widget.grab().toImage()
    picture.convertToFormat(picture.Format.Format_RGB888).save(str(path), "PNG", 0)
    print(path.name)


if __name__ == "__main__":
    main()
