"""Starting the application: settings, models and index are read, then the window opens."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from tagger_app import __version__
from tagger_app.ensemble.bundle import Bundle
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.ensemble.thresholds import thresholds_of, with_thresholds
from tagger_app.errors import BundleError, CuefitError, LibraryIndexError, ResourceError
from tagger_app.gui.appearance import application_icon, use_appearance, use_language
from tagger_app.gui.background import Background, Task
from tagger_app.gui.control_keys import ControlKeys
from tagger_app.gui.focus_ring import FocusRing
from tagger_app.gui.main_window import MainWindow
from tagger_app.gui.reasons import explain
from tagger_app.gui.settings.settings_dialog import SettingsDialog
from tagger_app.gui.single_instance import SingleInstance
from tagger_app.gui.workspace import Workspace
from tagger_app.index.connection import open_for_writing
from tagger_app.index.reassign import Reassign
from tagger_app.index.writer import IndexWriter
from tagger_app.paths import user_bundles_path
from tagger_app.scan.tag_reader import TagReader
from tagger_app.scan.tag_work import settle_journal
from tagger_app.settings import Settings, load_settings, save_settings
from tagger_app.tagging.journal import journal_path
from tagger_app.unfinished import remove_unfinished

_SAVE_MS = 500


class _Opened(NamedTuple):
    bundle: Bundle | None
    bundle_problem: str
    index_problem: str


class Session(QObject):
    """One library open in one window, and the settings that it is shown with.

    Parameters
    ----------
    application : translated and painted as the settings say
    index_path, settings_path : created if they aren't there
    """

    def __init__(self, application: QApplication, index_path: Path, settings_path: Path) -> None:
        super().__init__(application)
        self._application = application
        self._index_path = index_path
        self._settings_path = settings_path
        self.settings, self._problem = load_settings(settings_path)
        self.background = Background(self)
        self._tag_reader = TagReader()
        self.window: MainWindow | None = None
        self._reassigning: Task | None = None
        self._translators = use_language(application, self.settings.language)
        use_appearance(application, self.settings.appearance)
        FocusRing(application, self)
        ControlKeys(application, self)
        application.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._save = QTimer(self, singleShot=True, interval=_SAVE_MS)
        self._save.timeout.connect(self._start_saving)

    def open(self) -> None:
        """Read models and index, and show the window when they are there."""
        wanted = self.settings.bundle or None
        self.background.submit(lambda: _open(self._index_path, wanted), self._show, self._fail)

    def bring_to_front(self) -> None:
        """Somebody started Cuefit again."""
        if self.window is not None:
            self.window.setWindowState(self.window.windowState() & ~self.window.windowState().WindowMinimized)
            self.window.show()
            self.window.raise_()
            self.window.activateWindow()

    def close(self) -> None:
        """Save what has to be, and end all work."""
        self._save.stop()
        with suppress(CuefitError):  # the program ends, and there is nobody to tell
            save_settings(self.settings, self._settings_path)
        self.background.close()
        self._tag_reader.close()

    def _show(self, opened: _Opened) -> None:
        bundle = opened.bundle
        own = thresholds_of(bundle) if bundle else {}
        workspace = Workspace(
            self._index_path,
            with_thresholds(bundle, self.settings.thresholds) if bundle else None,
            opened.bundle_problem,
            self.background,
            own,
            tag_reader=self._tag_reader,
        )
        before, self.window = self.window, MainWindow(workspace, self.settings)
        self.window.setWindowIcon(self._application.windowIcon())
        self.window.settings_changed.connect(self.change_settings)
        self.window.show()
        if problem := opened.index_problem or self._problem:
            self.window.panels.message.show_problem(problem)
        self._problem = ""
        self.window.start()
        if before is None:
            gc.freeze()  # what is there now stays: going through all of it again cost rows up to 50 ms now and then
            journal = journal_path(self._index_path)
            self.background.submit(lambda: settle_journal(journal), lambda _: None, self._fail)
            if self.settings.scan_at_start:
                self.window.panels.sidebar.summary_read.connect(self._scan_once)
        else:
            dialog = before.findChild(SettingsDialog)
            page = dialog.tabs.currentIndex() if dialog is not None and dialog.isVisible() else None
            before.close()
            before.deleteLater()
            if page is not None:
                self.window.show_settings().go_on(page)

    def change_settings(self, settings: Settings) -> None:
        """Follow new settings at once, and keep them."""
        before, self.settings = self.settings, settings
        self._save.start()
        if settings.appearance != before.appearance:
            use_appearance(self._application, settings.appearance)
        if settings.thresholds != before.thresholds:
            self._reassign()
        if settings.language != before.language:
            for translator in self._translators:
                self._application.removeTranslator(translator)
            self._translators = use_language(self._application, settings.language)
        if (settings.language, settings.bundle) != (before.language, before.bundle):
            self._reopen()

    def _reopen(self) -> None:
        """Show another window in place of this one, with other models or in another language."""
        if self.window is None:
            return
        if self.window.panels.scans.is_busy:
            self.window.panels.message.show_notice(self.tr("This counts as soon as the scan has ended."))
            self.window.panels.scans.finished.connect(self._reopen_when_idle)
            return
        self.window.save_layout()
        self.open()

    def _reopen_when_idle(self) -> None:
        if self.window is not None and not self.window.panels.scans.is_busy:
            self.window.panels.scans.finished.disconnect(self._reopen_when_idle)
            self._reopen()

    def _reassign(self) -> None:
        """Assign genres anew in the whole library, by the thresholds that count now."""
        window = self.window
        if window is None or window.workspace.bundle is None:
            return
        workspace = window.workspace
        bundle = with_thresholds(window.workspace.bundle, {**workspace.bundle_thresholds, **self.settings.thresholds})
        workspace.bundle = bundle
        if self._reassigning is not None:
            self._reassigning.cancel()
        self._reassigning = self.background.follow(
            lambda: _reassign(self._index_path, bundle),
            lambda _: window.panels.library.refresh(),
            window.panels.sidebar.refresh,
            self._fail,
        )

    def _scan_once(self) -> None:
        if self.window is not None:
            self.window.panels.sidebar.summary_read.disconnect(self._scan_once)
            self.window.folders.scan_all()

    def _follow_system(self) -> None:
        if self.settings.appearance == "system":
            use_appearance(self._application, "system")

    def _start_saving(self) -> None:
        settings = self.settings
        self.background.submit(lambda: save_settings(settings, self._settings_path), lambda _: None, self._fail)

    def _fail(self, error: CuefitError) -> None:
        if self.window is not None:
            self.window.panels.message.show_problem(explain(error))


def run(index_path: Path, settings_path: Path) -> int:
    """Open the window on an index and stay until it is closed; the exit status.

    A second start with the same index brings the first one's window to the front and ends.
    """
    # Qt's event loop never comes round to Python's handler; what is committed when Ctrl-C ends the program is whole.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Cuefit")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("org.cuefit.Cuefit")
    application.setWindowIcon(application_icon())
    if sys.platform not in ("win32", "darwin"):
        application.setStyle("Fusion")
    instance = SingleInstance(index_path)
    if not instance.claim():
        return 0
    session = Session(application, index_path, settings_path)
    instance.called.connect(session.bring_to_front)
    session.open()
    try:
        return application.exec()
    finally:
        session.close()
        instance.release()


def _open(index_path: Path, wanted: str | None) -> _Opened:
    """Read the bundle and make sure that there is an index; what is wrong is said in the window.

    What killed processes left unfinished beside them is removed.
    """
    for folder in (user_bundles_path(), index_path.parent):
        remove_unfinished(folder)
    bundle, bundle_problem, index_problem = None, "", ""
    try:
        bundle = choose_bundle(wanted)
    except (BundleError, ResourceError) as error:
        bundle_problem = explain(error)
    try:
        open_for_writing(index_path, busy_timeout_s=1.0).close()
    except LibraryIndexError as error:
        index_problem = explain(error)
    return _Opened(bundle, bundle_problem, index_problem)


def _reassign(index_path: Path, bundle: Bundle) -> Generator[int, None, None]:
    """Change the index in short transactions; yields the id that each has come to."""
    thresholds = thresholds_of(bundle)
    after_id: int | None = 0
    with IndexWriter(index_path) as writer:
        while after_id is not None:
            change = Reassign(bundle.id, bundle.manifest.fingerprint, thresholds, after_id)
            result = writer.run(change)
            after_id = result if isinstance(result, int) else None
            yield after_id or 0
