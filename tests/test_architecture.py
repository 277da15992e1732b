"""Who may import whom. Data flows one way: shells, then scan, then what it uses, then features, then the ground."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pytest_archon import archrule
from pytest_archon.failure import pop_failures

GROUND = ("errors", "genres", "paths", "database", "durable", "interrupts", "unfinished")
ALLOWED = {
    "features": {"genres", "errors"},
    "audio": {"errors"},
    "ensemble": {"features", "errors", "genres", "paths"},
    "index": {"database", "durable", "unfinished", "genres", "errors"},
    "tagging": {"audio.fingerprint", "audio.mpeg", "audio.steady_sound", "database", "durable", "genres", "errors"},
    "suggest": {"index", "features", "durable", "unfinished", "genres", "errors"},
    "handoff": {"audio", "index.records", "durable", "unfinished", "genres", "errors"},
    "scan": {"audio", "ensemble", "features", "index", "tagging", "interrupts", "errors", "genres", "paths"},
}
"""What the modules of each folder may import of the application, besides their own folder."""
FOLDERS = (*ALLOWED, "cli", "handoff", "gui")
TRAINING_LIBRARIES = ("keras*", "tensorflow*", "jax*", "sklearn*", "torch*", "librosa*", "python_speech_features*")


def _everything_but(allowed: set[str], folder: str) -> list[str]:
    """Patterns of all modules of the application that lie outside `allowed` and the folder itself."""
    others = [name for name in (*FOLDERS, *GROUND) if name != folder and name not in allowed]
    partly = {name.partition(".")[0] for name in allowed if "." in name}
    return [
        pattern
        for name in others
        for pattern in ([f"tagger_app.{name}.*"] if name in partly else [f"tagger_app.{name}", f"tagger_app.{name}.*"])
    ]


@pytest.mark.parametrize("folder", ALLOWED)
def test_folders_depend_one_way(folder):
    allowed = ALLOWED[folder]
    rule = archrule(f"{folder} imports only {', '.join(sorted(allowed))}")
    rule = rule.match(f"tagger_app.{folder}", f"tagger_app.{folder}.*")
    rule = rule.should_not_import(*_everything_but(allowed, folder))
    rule = rule.may_import(*(f"tagger_app.{name}" for name in allowed if "." in name))
    rule.check("tagger_app", only_direct_imports=True)


@pytest.mark.parametrize("module", GROUND)
def test_the_ground_depends_on_nothing_above(module):
    rule = archrule(f"{module} is the ground").match(f"tagger_app.{module}")
    rule.should_not_import(*(f"tagger_app.{folder}*" for folder in FOLDERS)).check("tagger_app")


def test_shells_are_imported_by_nobody():
    rule = archrule("shells lie on top").match("tagger_app.*")
    rule = rule.exclude("tagger_app.cli*", "tagger_app.gui*", "tagger_app.__main__")
    rule.should_not_import("tagger_app.cli*", "tagger_app.gui*", "click*", "rich*").check(
        "tagger_app", only_direct_imports=True
    )


def test_settings_are_read_by_the_shells_alone():
    rule = archrule("settings are values for the shells").match("tagger_app.*")
    rule = rule.exclude("tagger_app.cli*", "tagger_app.gui*", "tagger_app.settings")
    rule.should_not_import("tagger_app.settings").check("tagger_app", only_direct_imports=True)
    ground = archrule("settings know nothing of the application").match("tagger_app.settings")
    ground = ground.should_not_import("tagger_app.*").may_import(
        "tagger_app.errors", "tagger_app.unfinished", "tagger_app.durable"
    )
    ground.check("tagger_app", only_direct_imports=True)


def test_qt_stays_in_the_gui():
    rule = archrule("only gui imports Qt").match("tagger_app", "tagger_app.*").exclude("tagger_app.gui*")
    rule.should_not_import("PySide6*").check("tagger_app", only_direct_imports=True)


def test_the_application_knows_no_trainer():
    rule = archrule("the application is not the trainer").match("tagger_app", "tagger_app.*")
    rule.should_not_import("trainer*", *TRAINING_LIBRARIES).check("tagger_app", only_direct_imports=True)


def test_the_trainer_uses_what_both_hear_and_nothing_else_of_the_application():
    rule = archrule("the trainer shares features, audio and ensemble").match("trainer", "trainer.*")
    rule = rule.exclude("trainer.corpora.*")
    rule = rule.should_not_import(*_everything_but({"features", "audio", "ensemble", *GROUND}, ""))
    rule.check("trainer", only_direct_imports=True)


def test_the_trainers_corpora_read_tags_and_index_too():
    """An editor's corrections are in both: reading them a second way would be worse than this arrow."""
    rule = archrule("corpora read what the application wrote").match("trainer.corpora.*")
    rule = rule.should_not_import(*_everything_but({"audio", "tagging", "index", *GROUND}, ""))
    rule.check("trainer", only_direct_imports=True)


TRAINER_LAYERS = ("corpora", "tiles", "learning", "evaluation", "search", "report", "bundle")
"""Each may import what stands before it."""


@pytest.mark.parametrize("folder", TRAINER_LAYERS)
def test_the_trainer_goes_from_corpora_to_bundles(folder):
    later = TRAINER_LAYERS[TRAINER_LAYERS.index(folder) + 1 :]
    rule = archrule(f"{folder} knows nothing of what comes of it").match(f"trainer.{folder}", f"trainer.{folder}.*")
    above = ("trainer.cli", "trainer.console", "trainer.*_command", *(f"trainer.{name}*" for name in later))
    rule.should_not_import(*above).check("trainer", only_direct_imports=True)


@pytest.mark.parametrize(("folder", "used"), [("scan", "audio"), ("tagging", "audio.fingerprint"), ("index", "genres")])
def test_rules_can_fail(folder, used):
    """A rule against what the code does import finds it."""
    rule = archrule("broken on purpose").match(f"tagger_app.{folder}.*")
    rule = rule.should_not_import(*_everything_but(ALLOWED[folder] - {used}, folder))
    rule.check("tagger_app", only_direct_imports=True)
    assert any("FORBIDDEN import" in failure.reason for failure in pop_failures())


def _loaded_after(statement: str) -> set[str]:
    """Top-level names of all modules that a statement loads in a fresh interpreter."""
    script = f"import sys\n{statement}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_the_command_line_starts_without_what_it_does_not_need():
    loaded = _loaded_after("import tagger_app.cli")
    assert "click" in loaded
    assert not loaded & {"numpy", "scipy", "ai_edge_litert", "av", "soundfile", "soxr", "sqlite_utils", "PySide6"}


def test_a_scan_loads_no_training_library():
    loaded = _loaded_after("import tagger_app.scan.scan, tagger_app.scan.listen, tagger_app.suggest.recommender")
    assert "numpy" in loaded
    assert not loaded & {"trainer", "keras", "tensorflow", "jax", "sklearn", "torch", "librosa", "PySide6"}
