"""The whole report, from the command line: written as a whole, or not at all."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from trainer.cli import main
from trainer.errors import ReportError
from trainer.report.composition import write_whole


def run(*arguments: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "300"}).invoke(main, ["report", *(str(argument) for argument in arguments)])


def test_without_an_evaluation_it_says_what_to_do(write_configuration, tmp_path):
    result = run("--config", write_configuration("untrained", targets="softmax"), "--to", tmp_path / "out")
    assert result.exit_code == 1
    assert "untrained isn't trained in every fold yet: run `cuefit-trainer evaluate" in result.output
    assert not (tmp_path / "out").exists()


class Words(HTMLParser):
    """Tags and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.text += data


def test_a_page_and_a_card_are_written(material, write_configuration, tmp_path):
    folder = tmp_path / "deep" / "out"
    result = run("--config", write_configuration("small"), "--to", folder)
    assert result.exit_code == 0, result.output
    assert f"report.html and MODEL_CARD.md are in {folder}" in result.output.replace("\n", "")
    assert {path.name for path in folder.iterdir()} == {"report.html", "MODEL_CARD.md"}
    page = Words((folder / "report.html").read_text(encoding="utf-8"))
    assert "audio" in page.tags
    assert not {"script", "link", "img"} & page.tags
    assert "</p><script>alert('1')</script>" in page.text  # a title, as text
    assert "\u202e" not in page.text
    for words in ("prevalence alone", "logistic regression", "Northcutt", "fit 0.8 to 1.0", "ROC curves", "Filter "):
        assert words in page.text
    assert str(material.dataset.tracks[0].path.parent) not in page.text  # where files lie is nobody's business
    assert (folder / "MODEL_CARD.md").read_text(encoding="utf-8").startswith("# Model card: small\n")
    assert (folder / "report.html").stat().st_size < 5_000_000


def test_files_are_replaced_together(tmp_path):
    write_whole(tmp_path, {"a": "1", "b": "2"})
    write_whole(tmp_path, {"a": "3", "b": "4"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "3", "b": "4"}


def test_nothing_is_half_written_when_the_disk_is_full(tmp_path, monkeypatch):
    write_whole(tmp_path, {"a": "old", "b": "old"})
    write_text = Path.write_text

    def fail_at_the_second(path, text, **settings):
        if path.name.startswith("b"):
            write_text(path, text[:1], **settings)
            raise OSError(28, "No space left on device")
        return write_text(path, text, **settings)

    monkeypatch.setattr(Path, "write_text", fail_at_the_second)
    with pytest.raises(ReportError, match="No space left on device"):
        write_whole(tmp_path, {"a": "new", "b": "new"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "old", "b": "old"}


def test_a_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "out").touch()
    with pytest.raises(ReportError, match="out: "):
        write_whole(tmp_path / "out", {"a": "1"})
