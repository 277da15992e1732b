"""Handing a bin to an editing system."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tagger_app.errors import CuefitError, TemplateError, displayable
from tagger_app.gui.close_button import add_close_button
from tagger_app.gui.elided_label import ElidedLabel
from tagger_app.gui.note import Note
from tagger_app.gui.reasons import explain
from tagger_app.gui.tagging.job_line import JobLine
from tagger_app.gui.wording import show_count
from tagger_app.gui.workspace import Workspace
from tagger_app.handoff.bins import BinItem
from tagger_app.handoff.export import (
    LIST_FORMATS,
    RegionFailed,
    RegionWritten,
    export_list,
    export_regions,
    region_names,
)
from tagger_app.handoff.names import DEFAULT_TEMPLATE, FIELDS, safe_name
from tagger_app.handoff.timeline import FRAME_RATES

_WAV = "wav"
_TIMELINES = ("edl", "xml")
_LONGEST_HANDLES_S = 60.0


class ExportDialog(QDialog):
    """Chooses format, place and details; the items are those that were in the bin when it was opened.

    Parameters
    ----------
    name : of the bin
    items : what to export
    """

    exported = Signal(str)
    """Path of the file or folder that was written."""
    problem = Signal(str)

    def __init__(
        self, workspace: Workspace, name: str, items: Sequence[BinItem], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._background = workspace.background
        self._name = name
        self._items = tuple(items)
        self._n_written = 0
        self._wants_to_close = False
        self.setWindowTitle(self.tr("Export the bin"))
        self._build()
        self._target.setText(str(Path.home() / f"{safe_name(name)}.m3u8"))
        self.setMinimumWidth(34 * self.fontMetrics().height())
        self._choose_format()
        self._format.setFocus()

    # -- layout ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._format = QComboBox()
        for key, text in (
            ("m3u8", self.tr("Playlist (M3U8)")),
            ("csv", self.tr("Table (CSV)")),
            ("edl", self.tr("Edit decision list (EDL, CMX 3600)")),
            ("xml", self.tr("Timeline (Final Cut Pro 7 XML, for Premiere and Resolve)")),
            (_WAV, self.tr("WAV files, one a cue or region")),
        ):
            self._format.addItem(text, key)
        self._format.currentIndexChanged.connect(self._choose_format)
        self._rate = QComboBox()
        for rate in FRAME_RATES:
            self._rate.addItem(rate.name, rate)
        self._rate.setCurrentIndex([rate.name for rate in FRAME_RATES].index("25"))
        self._rate.setAccessibleDescription(self.tr("The frame rate of the sequence that it goes into"))
        self._handles = QDoubleSpinBox()
        self._handles.setRange(0.0, _LONGEST_HANDLES_S)
        self._handles.setSingleStep(0.5)
        self._handles.setDecimals(2)
        self._handles.setSuffix(self.tr(" s"))
        self._handles.setAccessibleDescription(self.tr("Sound added before and after each region"))
        self._template = QLineEdit(DEFAULT_TEMPLATE)
        self._template.setAccessibleDescription(self.tr("Name of the files, with placeholders in braces"))
        self._template.textChanged.connect(self._show_example)
        self._example = ElidedLabel()
        self._fields = Note(" ".join(f"{{{name}}}" for name in FIELDS))
        self._fields.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._form = QFormLayout()
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.addRow(self.tr("&Format:"), self._format)
        self._form.addRow(self.tr("Frame &rate:"), self._rate)
        self._form.addRow(self.tr("&Handles:"), self._handles)
        self._form.addRow(self.tr("&Name:"), self._template)
        self._form.addRow("", self._fields)
        self._form.addRow(self.tr("Example:"), self._example)
        self._form.addRow(self.tr("&To:"), self._build_target())
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._job = JobLine(self._background)
        self._job.file_done.connect(self._take)
        self._job.ended.connect(self._end)
        self._job.problem.connect(self.problem)
        layout = QVBoxLayout(self)
        layout.addLayout(self._form)
        layout.addWidget(self._note)
        layout.addStretch(1)
        layout.addWidget(self._job)
        layout.addWidget(self._build_buttons())
        self._export.setDefault(True)  # a button that isn't in its dialog yet can't be

    def _build_target(self) -> QWidget:
        box = QWidget()
        self._target = QLineEdit()
        self._target.setAccessibleName(self.tr("File or folder to write"))
        self._target.textChanged.connect(self._show_state)
        browse = QPushButton(self.tr("&Browse …"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        box.setFocusProxy(self._target)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._target, 1)
        row.addWidget(browse)
        return box

    def _build_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        self._export = QPushButton(self.tr("&Export ({count})").format(count=show_count(len(self._items))))
        self._export.clicked.connect(self._start)
        buttons.addButton(self._export, QDialogButtonBox.ButtonRole.ActionRole)
        add_close_button(buttons).clicked.connect(self.reject)
        return buttons

    # -- what is shown -----------------------------------------------------------------------------------------------

    @property
    def _chosen(self) -> str:
        return str(self._format.currentData())

    def _choose_format(self) -> None:
        is_wav = self._chosen == _WAV
        self._form.setRowVisible(self._rate, self._chosen in _TIMELINES)
        for part in (self._handles, self._template, self._fields, self._example):
            self._form.setRowVisible(part, is_wav)
        target = Path(self._target.text())
        folder = target.parent if target.suffix.lower().removeprefix(".") in LIST_FORMATS else target
        name = safe_name(self._name)
        if is_wav:
            self._target.setText(str(target.with_suffix("") if folder != target else target))
        else:
            stem = target.stem if folder != target else name
            where = folder if folder != target else target.parent
            self._target.setText(str(where / f"{stem}.{self._chosen}"))
        self._note.setText(self._describe())
        self._show_example()

    def _describe(self) -> str:
        n_regions = sum(item.is_region for item in self._items)
        match self._chosen:
            case "m3u8" if n_regions:
                return self.tr("A playlist names whole files: regions are listed as their cues.")
            case "edl" | "xml":
                return self.tr("In and out are rounded to the nearest frame.")
            case "wav":
                return self.tr("The very samples of each file, at its own rate. Nothing that is there is replaced.")
            case _:
                return ""

    def _show_example(self) -> None:
        try:
            names = region_names(self._items[:1], self._template.text())
        except TemplateError as error:
            self._example.setText(self.tr("✕ {reason}").format(reason=explain(error)))
            self._template_is_fine = False
        else:
            self._example.setText(names[0] if names else "")
            self._template_is_fine = True
        self._show_state()

    def _show_state(self) -> None:
        is_fine = self._chosen != _WAV or self._template_is_fine
        has_target = bool(self._target.text().strip())
        self._export.setEnabled(bool(self._items) and is_fine and has_target and not self._job.is_busy)
        if not self._items:
            self._job.say(self.tr("The bin is empty: there is nothing to export."))

    def _browse(self) -> None:
        if self._chosen == _WAV:
            chosen = QFileDialog.getExistingDirectory(self, self.tr("Folder for the WAV files"), self._target.text())
        else:
            pattern = f"{LIST_FORMATS[self._chosen]} (*.{self._chosen})"
            chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Export the bin"), self._target.text(), pattern)
        if chosen:
            self._target.setText(chosen)

    # -- exporting ---------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        target = Path(os.path.expanduser(self._target.text().strip())).absolute()  # noqa: PTH111
        if self._chosen == _WAV:
            self._n_written = 0
            items, template, handles_s = self._items, self._template.text(), self._handles.value()

            def events() -> Generator[RegionWritten | RegionFailed, None, None]:
                return export_regions(items, target, template, handles_s)

            self._job.start(events, len(items))
            self._show_state()
            return
        if target.suffix.lower().removeprefix(".") != self._chosen:
            target = target.with_name(f"{target.name}.{self._chosen}")
            self._target.setText(str(target))
        self._job.say(self.tr("Writing…"))
        self._export.setEnabled(False)
        work = partial(export_list, self._items, target, self._name, self._rate.currentData())
        self._background.submit(work, partial(self._tell_list, target), self._fail)

    def _tell_list(self, target: Path, left_out: list[str]) -> None:
        text = self.tr("Written: {path}").format(path=displayable(target))
        self._job.clear()
        for path in left_out:
            self._job.fail_file(path, self.tr("left out, its name can't stand in a playlist"))
        self._job.say(text)
        self._export.setEnabled(True)
        self.exported.emit(str(target))

    def _fail(self, error: CuefitError) -> None:
        self._job.say(explain(error))
        self._export.setEnabled(True)
        self.problem.emit(explain(error))

    def _take(self, event: RegionWritten | RegionFailed) -> None:
        match event:
            case RegionWritten():
                self._n_written += 1
            case RegionFailed(item, reason):
                self._job.fail_file(item.path, reason)

    def _end(self, is_well: bool) -> None:
        if is_well:
            state = self.tr("Stopped.") if self._job.was_cancelled else self.tr("Done.")
            parts = [state, self.tr("Written: {count}.").format(count=show_count(self._n_written))]
            if n_failed := self._job.n_failures:
                parts.append(self.tr("Couldn't be written: {count}.").format(count=show_count(n_failed)))
            self._job.say(" ".join(parts))
            if self._n_written:
                self.exported.emit(self._target.text())
        self._show_state()
        if self._wants_to_close:
            self.reject()

    def reject(self) -> None:
        """Close; stop first, after the file that is being written."""
        if self._job.is_busy:
            self._wants_to_close = True
            self._job.cancel()
        else:
            super().reject()

    def event(self, event: QEvent) -> bool:
        """Grow when rows of the form, or failures, come: a layout with wrapped texts doesn't see to that."""
        # Of all events only this one: after others the dialog may be gone.
        if event.type() != QEvent.Type.LayoutRequest:
            return super().event(event)
        is_handled = super().event(event)
        if layout := self.layout():
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))
        return is_handled

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """The window's own button does what Escape does."""
        if self._job.is_busy:
            event.ignore()
            self.reject()
        else:
            super().closeEvent(event)
