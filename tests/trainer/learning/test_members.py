"""Networks that learn to tell two kinds of noise apart, exported and heard as they ship."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from trainer_samples import LEARNING, SETTINGS, make_dataset

from tagger_app.ensemble.member import Member
from tagger_app.genres import GENRES
from trainer.errors import TrainingError
from trainer.learning import members as exporting
from trainer.learning.export import Parity
from trainer.learning.members import ExportedMember, check_parity, export_final, export_members
from trainer.learning.parts import Part
from trainer.learning.systems import System
from trainer.metrics import roc_auc
from trainer.settings import AugmentationSettings, SystemSettings

SYSTEM = SystemSettings(network="fully_connected", targets="multilabel")
ACTION, DRAMA = GENRES.index("Action"), GENRES.index("Drama")


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def system(work: Path) -> System:
    return System(make_dataset(), LEARNING, SYSTEM, AugmentationSettings(), work)


@pytest.fixture(scope="module")
def members(system: System, work: Path) -> list[ExportedMember]:
    list(system.train())
    return list(export_members(system, work / "members"))


def test_members_say_what_their_networks_say(system: System, members: list[ExportedMember]) -> None:
    check_parity(members)
    for answers, member in zip(system.train(), members, strict=True):
        assert member.genres == ["Action", "Drama"]
        assert len(member.parities) == 2
        assert member.tile_logits.shape == answers.tile_logits.shape
        scores, heard = (1 / (1 + np.exp(-logits)) for logits in (answers.tile_logits, member.tile_logits))
        assert np.abs(scores - heard).mean() < 0.02


def test_members_have_learned_what_they_are_asked(system: System, members: list[ExportedMember]) -> None:
    for member in members:
        held = system.tile_folds == member.part.fold
        labels = system.dataset.labels[system.dataset.owner[held]]
        assert roc_auc(labels[:, ACTION], member.tile_logits[:, 0].astype(float)) > 0.9
        assert roc_auc(labels[:, DRAMA], member.tile_logits[:, 1].astype(float)) > 0.9


def test_what_was_exported_is_kept(
    system: System, members: list[ExportedMember], work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> bytes:
        raise AssertionError("exported again")

    monkeypatch.setattr(exporting, "export_int8", refuse)
    again = list(export_members(system, work / "members"))
    assert [member.content for member in again] == [member.content for member in members]
    np.testing.assert_array_equal(again[0].tile_logits, members[0].tile_logits)


def test_a_network_that_ships_gives_the_scores_that_ship(system: System, members: list[ExportedMember]) -> None:
    """One score of two: the same as before, alone."""
    answers = list(system.train())
    final = list(system.train_final(answers, system.final_parts))
    assert [answer.part.name for answer in final] == ["all-0-final"]
    assert final[0].best_epoch == round(np.median([answer.best_epoch for answer in answers]))
    both, alone = (export_final(system, system.final_parts[0], genres) for genres in (["Action", "Drama"], ["Drama"]))
    assert (both.genres, alone.genres) == (["Action", "Drama"], ["Drama"])
    tiles = system.tiles(None)[np.arange(12)]
    scores, hidden = Member(both.content, (40, 100), 2).run(tiles)
    score, same = Member(alone.content, (40, 100), 1).run(tiles)
    np.testing.assert_array_equal(scores[:, 1:], score)
    np.testing.assert_array_equal(hidden, same)
    with pytest.raises(ValueError, match="gives 2 scores a tile, not 1"):
        Member(both.content, (40, 100), 1)


@pytest.mark.parametrize(
    "settings", [{"targets": "multilabel", "pooling": "attention"}, {"split": "leaky_random"}], ids=["pooling", "split"]
)
def test_some_systems_can_only_be_measured(system: System, tmp_path: Path, settings: dict[str, str]) -> None:
    asked = SystemSettings(name="odd", **settings)  # type: ignore[arg-type]
    odd = System(system.dataset, SETTINGS, asked, AugmentationSettings(), tmp_path)
    with pytest.raises(TrainingError, match="odd can be measured, but not shipped"):
        next(export_members(odd, tmp_path))


def test_a_genre_that_loses_too_much_is_named() -> None:
    def member(*losses: float) -> ExportedMember:
        parities = [Parity(mean_difference=0.01, auc_loss=loss) for loss in losses]
        return ExportedMember(Part(0, None, 0), ["Action", "Drama"], parities, np.zeros((0, 2), np.float32), b"")

    check_parity([member(0.0, 0.009), member(0.0, -0.001)])
    with pytest.raises(TrainingError, match=r"^Drama: .* lose 0.0070 ROC-AUC"):
        check_parity([member(0.0, 0.009), member(0.0, 0.005)])
    far = replace(member(0.0, 0.0), parities=[Parity(0.03, 0.0), Parity(0.0, 0.0)])
    with pytest.raises(TrainingError, match=r"^Action: .* differ from their float models by 0.0300"):
        check_parity([far])
