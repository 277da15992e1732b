from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from trainer.configuration import Configuration, CorpusSettings, load_configuration, read_section
from trainer.errors import ConfigurationError

CONFIGS = Path(__file__).parents[2] / "trainer" / "configs"


def written(folder: Path, text: str) -> Path:
    path = folder / "run.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda path: path.name)
def test_committed_configurations_can_be_read(path: Path) -> None:
    assert isinstance(load_configuration(path), Configuration)
    head = path.read_text(encoding="utf-8").partition("\n\n")[0]
    assert all(line.startswith("#") for line in head.splitlines())
    assert f"--config trainer/configs/{path.name}" in head
    assert "Measured on" in head or "Not run" in head


def test_the_heads_and_the_readme_say_the_same_of_every_system() -> None:
    readme = (CONFIGS.parents[1] / "README.md").read_text(encoding="utf-8")
    rows = [line.replace("*", "").split("|") for line in readme.splitlines() if line.startswith("| ")]
    figures = {row[1].split()[0]: row[2].strip() for row in rows if len(row) == 11}
    others = ("paper", "search_grid", "search_multilabel")
    measured = [path for path in CONFIGS.glob("*.toml") if path.stem not in others]
    assert len(measured) == 15
    for path in measured:
        name = load_configuration(path).system.name
        assert f"macro PR-AUC {figures[name]}, macro" in path.read_text(encoding="utf-8"), path.name


def test_what_is_not_mentioned_has_its_default(tmp_path: Path) -> None:
    assert load_configuration(written(tmp_path, "")) == Configuration()
    loaded = load_configuration(written(tmp_path, '[corpus]\naudio = "music"\ntime_limit_s = 60\n'))
    assert loaded.corpus == CorpusSettings(audio=Path("music"), time_limit_s=60.0)
    assert isinstance(loaded.corpus.time_limit_s, float)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[corpsu]\n", "[corpsu] isn't a known table; is 'corpus' meant?"),
        ("corpus = 3\n", "corpus must be a table: [corpus]"),
        ("[corpus]\nadio = 'x'\n", "[corpus] has no setting 'adio'; is 'audio' meant?"),
        ("[corpus]\nzzz = 'x'\n", "[corpus] has no setting 'zzz'; known are sources, audio, free_cues"),
        ("[corpus]\naudio = 3\n", "[corpus] audio must be a string, not 3"),
        ("[corpus]\nworkers = true\n", "[corpus] workers must be a whole number, not True"),
        ("[corpus]\nworkers = 1.5\n", "[corpus] workers must be a whole number, not 1.5"),
        ("[corpus]\nworkers = 0\n", "[corpus] workers is 0, but must be at least 1"),
        ("[corpus]\ntime_limit_s = '9'\n", "[corpus] time_limit_s must be a number, not '9'"),
        ("[corpus]\ntime_limit_s = -1\n", "[corpus] time_limit_s is -1, but must be above 0"),
        ("[corpus]\ntime_limit_s = nan\n", "[corpus] time_limit_s is nan, but must be above 0"),
        ("[search]\nspace = 3\n", "[search] space must be a table, not 3"),
        ("[corpus\n", "isn't TOML: "),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(written(tmp_path, text))
    assert f"run.toml: {reason}" in str(caught.value)


def test_a_base_may_have_a_base_in_another_folder(tmp_path: Path) -> None:
    (tmp_path / "lowest.toml").write_text("[training]\nepochs = 3\nfolds = 2\nseed = 1\n", encoding="utf-8")
    middle = 'base = "lowest.toml"\n[training]\nfolds = 3\nseed = 2\n[search.space]\nx = 1\n'
    (tmp_path / "middle.toml").write_text(middle, encoding="utf-8")
    (tmp_path / "found").mkdir()
    loaded = load_configuration(written(tmp_path / "found", 'base = "../middle.toml"\n[training]\nseed = 3\n'))
    assert (loaded.training.epochs, loaded.training.folds, loaded.training.seed) == (3, 3, 3)
    assert loaded.search.space == {"x": 1}


def test_bases_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text('base = "run.toml"\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"other.toml: base is 'run.toml', which has this file for a base"):
        load_configuration(written(tmp_path, 'base = "other.toml"\n'))


def test_files_that_are_no_configuration_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        load_configuration(tmp_path / "gone.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="isn't TOML"):
        load_configuration(tmp_path / "bytes.toml")


@dataclass(frozen=True)
class EverySetting:
    flag: bool = False
    kind: Literal["sgd", "adam"] = "sgd"
    sizes: tuple[int, ...] = ()
    limit: float | None = None


def test_all_types_of_settings_are_read() -> None:
    table = {"flag": True, "kind": "adam", "sizes": [1, 2], "limit": 3}
    assert read_section(Path("x"), "train", EverySetting, table) == EverySetting(True, "adam", (1, 2), 3.0)
    mistakes: list[tuple[dict[str, object], str]] = [
        ({"flag": 1}, "flag must be true or false, not 1"),
        ({"kind": "sdg"}, "kind must be one of 'sgd', 'adam', not 'sdg'"),
        ({"sizes": 3}, "sizes must be a list, not 3"),
        ({"sizes": ["a"]}, "sizes must be a whole number"),
        ({"limit": "x"}, "limit must be a number"),
    ]
    for mistake, reason in mistakes:
        with pytest.raises(ConfigurationError, match=reason):
            read_section(Path("x"), "train", EverySetting, mistake)
