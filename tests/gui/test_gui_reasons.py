"""What core errors say, in the language of the window."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTranslator
from reason_literals import reason_templates

from tagger_app.errors import FileError, QueryError, SuggestionError, TagError
from tagger_app.gui.reason_texts import REASONS
from tagger_app.gui.reasons import explain, find_template, translate_reason
from tagger_app.paths import resource_path

HOLE = re.compile(r"\{(\d)\}")


@pytest.fixture
def german(qapp) -> Iterator[None]:
    translator = QTranslator()
    assert translator.load(str(resource_path("translations", "cuefit_de.qm")))
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def test_every_reason_in_the_source_is_known():
    """A reason that is new goes into `tagger_app/gui/reason_texts.py`, and from there into the translations."""
    templates = reason_templates()
    assert len(templates) > 150
    unknown = {template: place for template, place in templates.items() if template not in REASONS}
    unknown = {template: place for template, place in unknown.items() if not _is_made_of_known(template)}
    assert unknown == {}


def _is_made_of_known(template: str) -> bool:
    """Whether it is what others are put together from: a status, say, of which each has a text of its own."""
    return template == "is {0}"


@pytest.mark.parametrize("template", REASONS)
def test_every_reason_is_found_again_and_translated(german, template):
    reason = HOLE.sub(lambda hole: f"«{hole[1]}»", template)
    found = find_template(reason)
    assert found is not None
    assert found[0] == template
    assert dict(found[1]) == {number: f"«{number}»" for number in HOLE.findall(template)}
    said = translate_reason(reason)
    assert said != reason
    assert all(f"«{number}»" in said for number in HOLE.findall(template))


def test_reasons_within_reasons_are_translated(german):
    said = translate_reason("is damaged at 3.5 s (No such file or directory)")
    assert said == "ist bei 3.5 s beschädigt (Datei oder Ordner gibt es nicht)"
    assert translate_reason("can't be played: is truncated") == "lässt sich nicht abspielen: is truncated"


def test_what_nobody_knows_is_shown_as_it_is(german):
    assert translate_reason("the flux capacitor is out of alignment") == "the flux capacitor is out of alignment"
    assert translate_reason("") == ""


def test_errors_of_every_kind_are_explained(german):
    assert explain(TagError("/a/b.mp3", "is read-only; it is left as it is")) == (
        "/a/b.mp3: ist schreibgeschützt; es bleibt, wie es ist"
    )
    assert explain(FileError("/a/\n.mp3", "is empty")) == r"/a/\x0a.mp3: ist leer"
    assert explain(QueryError("a (", 3, "this bracket is never closed")) == (
        "diese Klammer wird nie geschlossen, bei Zeichen 4 von 'a ('"
    )
    assert explain(SuggestionError("Dawn is no longer in the library")) == "Dawn ist nicht mehr in der Bibliothek"


def test_without_a_translation_it_says_what_the_error_says(qapp):
    for error in (TagError("/a/b.mp3", "is empty"), QueryError("a (", 3, "odd"), SuggestionError("A weight is odd")):
        assert explain(error) == str(error)
