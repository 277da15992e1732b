"""The second language is complete: every text of the source, each with the same placeholders."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

import tagger_app.gui
from tagger_app.paths import resource_path


def messages(language):
    """(context, source, translations) of every message."""
    tree = ElementTree.parse(resource_path("translations", f"cuefit_{language}.ts"))
    for context in tree.iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            forms = [form.text for form in translation.iter("numerusform")] or [translation.text]
            source = (message.findtext("source"), message.findtext("comment"))
            yield context.findtext("name"), source, forms, translation.get("type", "")


def source_texts():
    """Every text that a class or function of the window hands to Qt's translation."""
    for path in Path(tagger_app.gui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = {"tr": 0, "translate": 1, "QT_TRANSLATE_NOOP": 1}.get(name)
            if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
                yield node.args[place].value


def placeholders(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_no_text_is_unfinished():
    unfinished = [(context, source) for context, source, forms, kind in messages("de") if kind or not all(forms)]
    assert unfinished == []


def test_every_text_of_the_source_is_translated():
    """`pyside6-lupdate tagger_app/gui ... -ts resources/translations/cuefit_de.ts` finds what is new."""
    translated = {source for _, (source, _), _, _ in messages("de")}
    assert sorted(set(source_texts()) - translated) == []


def test_translations_have_the_same_placeholders():
    wrong = [
        source
        for _, (source, _), forms, _ in messages("de")
        if any(placeholders(form) != placeholders(source) for form in forms) or ("%n" in source) != ("%n" in forms[0])
    ]
    assert wrong == []


def test_an_access_key_stays_one_and_appears_once():
    wrong = [
        (source, form)
        for _, (source, _), forms, _ in messages("de")
        for form in forms
        if len(re.findall(r"&\w", form)) != len(re.findall(r"&\w", source))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_compiled_file_is_that_of_the_source(language):
    translator = QTranslator()
    assert translator.load(str(resource_path("translations", f"cuefit_{language}.qm")))
    for context, (source, comment), forms, _ in messages(language):
        if len(forms) == 1:
            assert translator.translate(context, source, comment) == forms[0]


def test_english_counts(qapp):
    translator = QTranslator()
    translator.load(str(resource_path("translations", "cuefit_en.qm")))
    qapp.installTranslator(translator)
    said = [QCoreApplication.translate("LibraryView", "%n track(s)", "", number) for number in (0, 1, 2)]
    qapp.removeTranslator(translator)
    assert said == ["0 tracks", "1 track", "2 tracks"]
