"""The settings dialog: every change counts at once, so there is nothing to confirm."""

from __future__ import annotations

import os

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from tagger_app.errors import displayable
from tagger_app.gui.close_button import add_close_button
from tagger_app.gui.focus import order_focus
from tagger_app.gui.note import Note
from tagger_app.gui.settings.models_page import ModelsPage
from tagger_app.gui.settings.tags_page import TagsPage
from tagger_app.gui.settings.thresholds_page import ThresholdsPage
from tagger_app.gui.sidebar.library_summary import Folder
from tagger_app.gui.workspace import Workspace
from tagger_app.settings import MOST_WORKERS, Settings

_PATH = Qt.ItemDataRole.UserRole
_APPEARANCES = ("system", "light", "dark")
_PRIORITIES = ("low", "normal")
_LANGUAGES = (("", ""), ("en", "English"), ("de", "Deutsch"))


class SettingsDialog(QDialog):
    """Shows settings and emits new ones with every change."""

    changed = Signal(object)
    """The new `Settings`."""
    folder_wanted = Signal()
    """The editor wants to add a folder."""
    scan_wanted = Signal(list)
    """Folders to scan again."""

    def __init__(self, workspace: Workspace, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle(self.tr("Settings"))
        self._folders = QListWidget(self)
        self.models = ModelsPage(workspace, settings.bundle, self)
        self.thresholds = ThresholdsPage(workspace, settings.thresholds, self)
        self.tags = TagsPage(settings, self)
        self.tabs = QTabWidget(self)
        self.tabs.addTab(self._general(), self.tr("&General"))
        self.tabs.addTab(self._scanning(), self.tr("&Scanning"))
        self.tabs.addTab(self.tags, self.tr("Tag&s"))
        self.tabs.addTab(self.models, self.tr("&Models"))
        self.tabs.addTab(self.thresholds, self.tr("&Thresholds"))
        buttons = QDialogButtonBox(self)
        add_close_button(buttons).clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.tabs, 1)
        column.addWidget(buttons)
        order_focus(self)
        self.tags.changed.connect(lambda values: self._change(**values))
        self.models.chosen.connect(lambda bundle: self._change(bundle=bundle))
        self.thresholds.changed.connect(lambda thresholds: self._change(thresholds=thresholds))
        metrics = self.fontMetrics()
        self.resize(metrics.averageCharWidth() * 134, metrics.height() * 34)

    def go_on(self, page: int) -> None:
        """Show the page of a change that had another window open, so that who tries what there is can go on."""
        self.tabs.setCurrentIndex(page)
        if self.tabs.currentWidget().isAncestorOf(self._language):
            self._language.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_folders(self, folders: list[Folder]) -> None:
        """List the folders of the library."""
        self._folders.clear()
        for folder in folders:
            text = displayable(folder.path)
            if not folder.is_online:
                text = self.tr("{folder} (offline)").format(folder=text)
            item = QListWidgetItem(text, self._folders)
            item.setData(_PATH, os.fsencode(folder.path))

    def _general(self) -> QWidget:
        page = QWidget(self)
        form = QFormLayout(page)
        appearance = QComboBox(page)
        appearance.addItems([self.tr("As the system"), self.tr("Light"), self.tr("Dark")])
        appearance.setCurrentIndex(_APPEARANCES.index(self._settings.appearance))
        appearance.currentIndexChanged.connect(lambda index: self._change(appearance=_APPEARANCES[index]))
        form.addRow(self.tr("&Appearance:"), appearance)
        self._language = language = QComboBox(page)
        language.addItems([name or self.tr("As the system") for _, name in _LANGUAGES])
        codes = [code for code, _ in _LANGUAGES]
        code = self._settings.language
        language.setCurrentIndex(codes.index(code) if code in codes else 0)
        language.currentIndexChanged.connect(lambda index: self._change(language=codes[index]))
        form.addRow(self.tr("&Language:"), language)
        return page

    def _scanning(self) -> QWidget:
        page = QWidget(self)
        form = QFormLayout(page)
        self._folders.setAccessibleName(self.tr("Folders of the library"))
        form.addRow(self.tr("&Folders:"), self._folders)
        buttons = QWidget(page)
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        add = QPushButton(self.tr("A&dd folder …"), buttons)
        add.clicked.connect(self.folder_wanted)
        again = QPushButton(self.tr("Scan &again"), buttons)
        again.setToolTip(self.tr("Look for new and changed files in the chosen folders, or in all"))
        again.clicked.connect(self._scan_again)
        row.addWidget(add)
        row.addWidget(again)
        row.addStretch(1)
        form.addRow("", buttons)
        workers = QSpinBox(page)
        workers.setRange(0, MOST_WORKERS)
        workers.setSpecialValueText(self.tr("half the cores"))
        workers.setValue(self._settings.n_workers)
        workers.valueChanged.connect(lambda number: self._change(n_workers=number))
        form.addRow(self.tr("&Processes that listen:"), workers)
        priority = QComboBox(page)
        priority.addItems([self.tr("low: your editing software always comes first"), self.tr("normal")])
        priority.setCurrentIndex(_PRIORITIES.index(self._settings.priority))
        priority.currentIndexChanged.connect(lambda index: self._change(priority=_PRIORITIES[index]))
        form.addRow(self.tr("P&riority:"), priority)
        form.addRow("", Note(self.tr("Number and priority count from the next scan on."), page))
        start = QCheckBox(self.tr("Look for new and changed files when Cuefit starts"), page)
        start.setChecked(self._settings.scan_at_start)
        start.toggled.connect(lambda on: self._change(scan_at_start=on))
        form.addRow("", start)
        return page

    def _scan_again(self) -> None:
        items = self._folders.selectedItems() or [self._folders.item(row) for row in range(self._folders.count())]
        if paths := [os.fsdecode(bytes(item.data(_PATH))) for item in items]:
            self.scan_wanted.emit(paths)

    def _change(self, **values: object) -> None:
        settings = msgspec.structs.replace(self._settings, **values)
        if settings != self._settings:
            self._settings = settings
            self.changed.emit(settings)
