"""Light or dark, as the editor or the system wants it, and the language."""

from __future__ import annotations

import sys
from typing import Any, cast

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from tagger_app.errors import ResourceError
from tagger_app.gui.theme import DARK, LIGHT, Theme
from tagger_app.paths import resource_path
from tagger_app.settings import Appearance

_SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


def use_appearance(application: QApplication, appearance: Appearance) -> None:
    """Paint everything light, dark, or as the system does.

    Windows and macOS have styles of their own, which follow; elsewhere Qt's own style gets a palette.
    """
    hints = application.styleHints()
    hints.setColorScheme(_SCHEMES[appearance])
    if sys.platform in ("win32", "darwin"):
        return
    is_dark = (hints.colorScheme() if appearance == "system" else _SCHEMES[appearance]) is Qt.ColorScheme.Dark
    palette = palette_of(DARK if is_dark else LIGHT)
    application.setPalette(palette)
    if is_dark:  # the style draws the outline of an empty box darker than a dark ground: it needs a ground of its own
        palette.setColor(QPalette.ColorRole.Base, palette.color(QPalette.ColorRole.PlaceholderText).darker(190))
    for widget in ("QCheckBox", "QRadioButton"):
        application.setPalette(palette, cast(Any, widget))  # PySide6 takes text, its stub says bytes


def palette_of(theme: Theme) -> QPalette:
    """The palette of Qt's own style for a theme."""
    role = QPalette.ColorRole
    button = theme.panel.lighter(118) if theme.is_dark else theme.base
    palette = QPalette()
    colours = {
        role.Window: theme.panel,
        role.WindowText: theme.text,
        role.Base: theme.base,
        role.Text: theme.text,
        role.BrightText: theme.text,
        role.Button: button,
        role.ButtonText: theme.text,
        role.AlternateBase: QColor("#20242a") if theme.is_dark else QColor("#f7f8fa"),
        role.ToolTipBase: theme.panel,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.faint_text,
        role.Highlight: theme.accent.darker(170) if theme.is_dark else theme.accent,
        role.HighlightedText: QColor("#ffffff"),
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.Light: button.lighter(112),
        role.Midlight: button,
        role.Mid: theme.line,
        role.Dark: theme.line.darker(115),
        role.Shadow: QColor("#000000") if theme.is_dark else QColor("#9aa1ac"),
    }
    for name, colour in colours.items():
        palette.setColor(name, colour)
    disabled = QColor(theme.faint_text)
    disabled.setAlpha(150)
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, disabled)
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, theme.line)
    return palette


def use_language(application: QApplication, language: str) -> list[QTranslator]:
    """Translate everything that is made from now on; the caller keeps what is returned.

    Parameters
    ----------
    language : a code such as "de"; empty for the system's. What isn't translated stays English.
    """
    locale = QLocale(language) if language else QLocale.system()
    QLocale.setDefault(locale)
    application.setLayoutDirection(locale.textDirection())
    translators = []
    for name, folder in (("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)), ("cuefit", _ours())):
        translator = QTranslator(application)
        if folder and translator.load(locale, name, "_", folder):
            application.installTranslator(translator)
            translators.append(translator)
    ours = QTranslator(application)
    if not any(translator.filePath().startswith(_ours()) for translator in translators) and ours.load(
        "cuefit_en", _ours()
    ):
        application.installTranslator(ours)  # English counts in singular and plural, too
        translators.append(ours)
    return translators


def application_icon() -> QIcon:
    """The icon, or none in an incomplete installation."""
    try:
        return QIcon(str(resource_path("icons", "cuefit.svg")))
    except ResourceError:
        return QIcon()


def _ours() -> str:
    try:
        return str(resource_path("translations"))
    except ResourceError:
        return ""
