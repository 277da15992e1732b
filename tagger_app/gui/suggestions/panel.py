"""Cues like this: the ranked suggestions, why each is there, and what shapes them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from tagger_app.errors import CuefitError
from tagger_app.gui.file_actions import FileActions
from tagger_app.gui.flow import FlowLayout
from tagger_app.gui.focus import order_focus
from tagger_app.gui.popup import pop_up
from tagger_app.gui.suggestions.controls import SuggestionControls
from tagger_app.gui.suggestions.examples_bar import ExamplesBar, name_of
from tagger_app.gui.suggestions.moments_bar import MomentsBar
from tagger_app.gui.suggestions.preparing import PreparingBar
from tagger_app.gui.suggestions.view import SuggestionsView
from tagger_app.gui.suggestions.wish import Advisor, Example, Wish
from tagger_app.gui.workspace import Workspace
from tagger_app.index.records import Track
from tagger_app.settings import Suggesting
from tagger_app.suggest.answer import Step, Suggestion
from tagger_app.suggest.seeds import Region


class SuggestionsPanel(QWidget):
    """Asks for suggestions and shows them."""

    track_activated = Signal(object)
    """`Track` to be played."""
    moment_activated = Signal(object, object)
    """`Track` and `Region` to be played."""
    collect = Signal(list)
    """Tracks for the bin."""
    suggest_requested = Signal(list)
    """Tracks of the panel that suggestions are wanted for, here or elsewhere."""
    left_otherwise = Signal(object)
    """`Suggesting`: dial, weights or caps are other ones, to be remembered."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._examples: tuple[Example, ...] = ()
        self._is_path = False
        self._advisor = Advisor(workspace, self)
        self._files = FileActions(workspace.background, self)
        self._build()
        self._actions = self._make_actions()
        self._connect()
        self._show_examples()

    # -- slots for others ----------------------------------------------------------------------------------------------

    def suggest_like(self, tracks: list[Track]) -> None:
        """Suggest cues that are like these."""
        if tracks:
            self._ask_for(tuple(Example(track) for track in _unique(tracks)))

    def suggest_moments(self, track: Track, region: Region) -> None:
        """Suggest cues with moments that are like a region."""
        self._ask_for((Example(track, region),))

    def add_examples(self, tracks: list[Track], *, wanted: bool = True) -> None:
        """Let suggestions be like these too, or, where not `wanted`, unlike them."""
        added = {track.id for track in tracks}
        kept = tuple(example for example in self._examples if example.track.id not in added)
        self._ask_for(kept + tuple(Example(track, wanted=wanted) for track in _unique(tracks)))

    def suggest_path(self, start: Track, end: Track) -> None:
        """Show cues that lead from one to another."""
        self._examples = (Example(start), Example(end))
        self._is_path = True
        self._show_examples()
        self._ask()

    def set_filter(self, query_text: str) -> None:
        """The filter of the library; suggestions keep to it where the editor wants that."""
        self._controls.set_filter(query_text)

    def restore(self, setting: Suggesting) -> None:
        """Have dial, weights and caps as they were left."""
        self._controls.restore(setting)

    def refresh(self) -> None:
        """The library has changed: ask again."""
        self._ask()

    @property
    def examples(self) -> tuple[Example, ...]:
        """What is asked with."""
        return self._examples

    @property
    def is_busy(self) -> bool:
        """Whether suggestions are on their way."""
        return self._advisor.is_busy

    def close_session(self) -> None:
        """The program ends."""
        self._advisor.close()

    # -- building ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setAccessibleName(self.tr("Suggestions"))
        self._bar = ExamplesBar(self)
        self._controls = SuggestionControls(self)
        self._message = QLabel(self, wordWrap=True)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setAccessibleName(self.tr("State of the suggestions"))
        self._view = SuggestionsView(self)
        self._moments = MomentsBar(self)
        self._buttons = QWidget(self)
        self._button_row = FlowLayout(self._buttons)
        self._more = QToolButton(self)
        self._more.setCheckable(True)
        self._more.setAutoRaise(True)
        self._more.setAccessibleName(self.tr("Weights, caps and filter"))
        self._more.setAccessibleDescription(self.tr("Show or hide what else shapes the suggestions"))
        self._preparing = PreparingBar(self)
        column = QVBoxLayout(self)
        for part in (self._bar, self._controls.dial_row, self._more, self._controls, self._message, self._preparing):
            column.addWidget(part)
        column.addWidget(self._view, 1)
        column.addWidget(self._moments)
        column.addWidget(self._buttons)
        self._show_controls(False)
        self.setFocusProxy(self._view)

    def _make_actions(self) -> dict[str, QAction]:
        texts = {
            "play": (self.tr("Play"), "Ctrl+P"),
            "like": (self.tr("Suggest cues like this"), "Ctrl+L"),
            "more": (self.tr("More like this"), "+"),
            "less": (self.tr("Not like this"), "-"),
            "collect": (self.tr("Add to bin"), "Ctrl+B"),
            "path": (self.tr("Path between the two"), ""),
            "copy": (self.tr("Copy path"), "Ctrl+C"),
            "reveal": (self.tr("Show in file manager"), "Ctrl+Shift+R"),
            "open": (self.tr("Open with the default program"), "Ctrl+Shift+O"),
        }
        actions = {}
        for name, (text, keys) in texts.items():
            action = QAction(text, self)
            if keys:
                action.setShortcut(QKeySequence(keys))
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
                native = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                action.setToolTip(f"{text} ({native})")
            self._view.addAction(action)
            actions[name] = action
        actions["path"].setToolTip(self.tr("Cues that lead from the first example to the second"))
        for name in ("more", "less", "collect", "path"):
            button = QToolButton(self._buttons)
            button.setDefaultAction(actions[name])
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(actions[name].text())
            self._button_row.addWidget(button)
        return actions

    def _connect(self) -> None:
        actions = self._actions
        actions["play"].triggered.connect(self._play)
        actions["like"].triggered.connect(lambda: self.suggest_requested.emit(self._view.selected_tracks()))
        actions["more"].triggered.connect(lambda: self.add_examples(self._view.selected_tracks()))
        actions["less"].triggered.connect(lambda: self.add_examples(self._view.selected_tracks(), wanted=False))
        actions["collect"].triggered.connect(lambda: self.collect.emit(self._view.selected_tracks()))
        actions["path"].triggered.connect(self._ask_path)
        actions["copy"].triggered.connect(lambda: self._files.copy_paths(self._view.selected_tracks()))
        actions["reveal"].triggered.connect(lambda: self._with_current(self._files.reveal))
        actions["open"].triggered.connect(lambda: self._with_current(self._files.open_with))
        self._more.toggled.connect(self._show_controls)
        self._controls.changed.connect(self._ask)
        self._controls.left_otherwise.connect(self.left_otherwise)
        self._bar.remove_requested.connect(self._leave_out)
        self._advisor.answered.connect(self._show_answer)
        self._advisor.busy_changed.connect(self._show_busy)
        self._advisor.preparing.connect(self._show_preparing)
        self._preparing.stop_requested.connect(self._advisor.stop)
        self._files.problem.connect(self._message.setText)
        self._view.track_activated.connect(self.track_activated)
        self._view.moment_activated.connect(self.moment_activated)
        self._view.current_changed.connect(self._moments.show_row)
        self._view.current_changed.connect(self._enable)
        self._view.current_changed.connect(lambda _row: order_focus(self))  # the moments are new buttons
        self._view.customContextMenuRequested.connect(self._show_menu)
        self._moments.moment_activated.connect(self.moment_activated)

    # -- asking --------------------------------------------------------------------------------------------------------

    def _ask_for(self, examples: tuple[Example, ...]) -> None:
        self._examples = examples
        self._is_path = False
        self._show_examples()
        self._ask()

    def _ask(self) -> None:
        if not self._examples:
            return
        controls = self._controls
        wish = Wish(
            examples=self._examples,
            is_path=self._is_path,
            within=controls.within,
            weights=controls.weights,
            discover=controls.discover,
            most_of_an_album=controls.most_of_an_album,
            most_of_an_artist=controls.most_of_an_artist,
        )
        self._advisor.ask(wish)

    def _ask_path(self) -> None:
        self._is_path = not self._is_path
        self._ask()

    def _leave_out(self, example: Example) -> None:
        self._examples = tuple(other for other in self._examples if other != example)
        self._is_path = False
        self._show_examples()
        if any(other.wanted for other in self._examples):
            self._ask()
        else:
            self._advisor.forget()
            self._view.suggestions.show([])
            self._enable()

    def _show_busy(self, busy: bool) -> None:
        self._preparing.hide()
        if busy:
            self._message.setText(self.tr("Looking…"))

    def _show_preparing(self, n_read: int, n_rows: int) -> None:
        if self._advisor.is_busy:
            self._message.setText(self.tr("Reading what the library sounds like, once for all suggestions to come…"))
            self._preparing.show_progress(n_read, n_rows)

    def _show_answer(self, wish: Wish, answer: list[Suggestion] | list[Step] | CuefitError) -> None:
        if isinstance(answer, CuefitError):
            self._view.suggestions.show([])
            self._message.setText(str(answer))
        else:
            self._view.show_answer(answer, is_path=wish.is_path)
            self._message.setText(self._describe(wish, len(answer)))
        self._enable()

    def _describe(self, wish: Wish, n_found: int) -> str:
        if not n_found:
            if wish.within is not None:
                return self.tr("Nothing inside the current filter is to be suggested.")
            return self.tr("There is nothing else in the library to suggest.")
        if wish.is_path:
            start, end = (name_of(example) for example in wish.wanted)
            return self.tr("{n} cues lead from {start} to {end}.").format(n=n_found, start=start, end=end)
        if any(example.region for example in wish.wanted):
            return self.tr("{n} cues with moments like this, the most alike first.").format(n=n_found)
        return self.tr("{n} suggestions, the most alike first.").format(n=n_found)

    # -- what is shown -------------------------------------------------------------------------------------------------

    def _show_examples(self) -> None:
        self._bar.show_examples(self._examples)
        self._bar.setVisible(bool(self._examples))
        order_focus(self)
        if not self._examples:
            self._message.setText(
                self.tr("Choose a cue in the library and press {keys}, or mark a region in the player.").format(
                    keys=QKeySequence("Ctrl+L").toString(QKeySequence.SequenceFormat.NativeText)
                )
            )
        self._enable()

    def _show_controls(self, shown: bool) -> None:
        self._controls.setVisible(shown)
        self._more.setText(f"{'▾' if shown else '▸'} {self.tr('Weights, caps and filter')}")

    def _enable(self, _row: object = None) -> None:
        has_row = self._view.currentIndex().isValid()
        for name, action in self._actions.items():
            action.setEnabled(has_row or name == "path")
        wanted = [example for example in self._examples if example.wanted]
        path = self._actions["path"]
        path.setEnabled(len(wanted) == 2)
        path.setText(self.tr("Back to suggestions") if self._is_path else self.tr("Path between the two"))

    def _show_menu(self, place: QPoint) -> None:
        if not self._view.currentIndex().isValid():
            return
        groups = [("play",), ("like", "more", "less", "collect"), ("copy", "reveal", "open")]
        commands = ([self._actions[name] for name in names] for names in groups)
        pop_up(self._view, self._view.viewport().mapToGlobal(place), *commands)

    def _play(self) -> None:
        self._with_current(self.track_activated.emit)

    def _with_current(self, act: object) -> None:
        tracks = self._view.selected_tracks()
        if tracks and callable(act):
            act(tracks[0])


def _unique(tracks: list[Track]) -> list[Track]:
    return list({track.id: track for track in tracks}.values())
