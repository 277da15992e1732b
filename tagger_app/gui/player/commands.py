"""The player's commands: one `QAction` each, for buttons, menus and keys alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from tagger_app.gui.glyphs import draw_glyph


class _Command(NamedTuple):
    """Text, what it does in words, keys, glyph on its button, whether it stays down."""

    text: str
    description: str
    keys: tuple[str, ...]
    glyph: str
    checkable: bool = False


def _command(text: str, description: str, *keys: str, glyph: str = "", checkable: bool = False) -> _Command:
    return _Command(text, description, keys, glyph, checkable)


@dataclass(frozen=True)
class PlayerCommands:
    """Every command by name; see `_commands` for what they do."""

    play: QAction
    stop: QAction
    backwards: QAction
    pause: QAction
    forwards: QAction
    mark_in: QAction
    mark_out: QAction
    clear_region: QAction
    loop: QAction
    previous_peak: QAction
    next_peak: QAction
    mute: QAction
    copy_region: QAction
    collect_region: QAction
    suggest_moments: QAction

    def draw(self, owner: QWidget) -> None:
        """Draw the glyphs in the colours of the palette that holds now."""
        for name, command in _commands().items():
            if command.glyph:
                getattr(self, name).setIcon(draw_glyph(command.glyph, owner))


def make_commands(owner: QWidget) -> PlayerCommands:
    """Make the commands; their keys work wherever the focus is within `owner`."""
    actions = {}
    for name, command in _commands().items():
        action = QAction(command.text, owner)
        action.setCheckable(command.checkable)
        keys = [QKeySequence(key) for key in command.keys]
        action.setShortcuts(keys)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        native = keys[0].toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{command.description} ({native})")
        action.setStatusTip(command.description)
        owner.addAction(action)
        actions[name] = action
    commands = PlayerCommands(**actions)
    commands.draw(owner)
    return commands


def _commands() -> dict[str, _Command]:
    """What each command is, in the language of the application."""
    translate = QCoreApplication.translate
    return {
        "play": _command(
            translate("PlayerCommands", "Play"),
            translate("PlayerCommands", "Play or pause"),
            "Space",
            glyph="play",
        ),
        "stop": _command(
            translate("PlayerCommands", "Stop"),
            translate("PlayerCommands", "Stop, go to the start and close the file"),
            "Ctrl+.",
            glyph="stop",
        ),
        "backwards": _command(
            translate("PlayerCommands", "Play backwards"),
            translate("PlayerCommands", "Move back; again for faster"),
            "J",
            glyph="backwards",
        ),
        "pause": _command(translate("PlayerCommands", "Pause"), translate("PlayerCommands", "Stand still"), "K"),
        "forwards": _command(
            translate("PlayerCommands", "Play forwards"),
            translate("PlayerCommands", "Play; again for faster"),
            "L",
            glyph="forwards",
        ),
        "mark_in": _command(
            translate("PlayerCommands", "Mark in"),
            translate("PlayerCommands", "Let the region begin at the playhead"),
            "I",
            glyph="in",
        ),
        "mark_out": _command(
            translate("PlayerCommands", "Mark out"),
            translate("PlayerCommands", "Let the region end at the playhead"),
            "O",
            glyph="out",
        ),
        "clear_region": _command(
            translate("PlayerCommands", "Clear in and out"),
            translate("PlayerCommands", "Forget the region"),
            "Alt+X",
            glyph="clear",
        ),
        "loop": _command(
            translate("PlayerCommands", "Loop"),
            translate("PlayerCommands", "Play the region, or all of it, over and over"),
            "/",
            glyph="loop",
            checkable=True,
        ),
        "previous_peak": _command(
            translate("PlayerCommands", "Previous peak"),
            translate("PlayerCommands", "Jump to where the chosen genre fits best before here"),
            "P",
            glyph="previous",
        ),
        "next_peak": _command(
            translate("PlayerCommands", "Next peak"),
            translate("PlayerCommands", "Jump to where the chosen genre fits best after here"),
            "N",
            glyph="next",
        ),
        "mute": _command(
            translate("PlayerCommands", "Mute"),
            translate("PlayerCommands", "Play without sound"),
            "M",
            glyph="sound",
            checkable=True,
        ),
        "copy_region": _command(
            translate("PlayerCommands", "Copy region as a file"),
            translate("PlayerCommands", "Make a WAV of the region and put it on the clipboard"),
            "Ctrl+Shift+C",
        ),
        "collect_region": _command(
            translate("PlayerCommands", "Add region to bin"),
            translate("PlayerCommands", "Collect the region, or the whole cue, in the bin"),
            "B",
        ),
        "suggest_moments": _command(
            translate("PlayerCommands", "Suggest moments like this"),
            translate("PlayerCommands", "Look for moments of other cues that sound like the region"),
            "Ctrl+Shift+L",
        ),
    }
