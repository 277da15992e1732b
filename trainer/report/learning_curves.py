"""How the training of each network went."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from trainer.learning.parts import PartAnswers
from trainer.report.material import Material
from trainer.report.page import Passage, Picture, Section, Table
from trainer.report.plots import plot_losses


def show_learning(material: Material) -> Section:
    """Losses by epoch, a panel a network where one answers for all genres, else a panel a genre."""
    panels: dict[str, list[PartAnswers]] = defaultdict(list)
    for answer in material.answers.parts:
        assert answer.part.fold is not None, "what is gathered was measured"
        panels[answer.part.genre or f"Fold {answer.part.fold + 1}"].append(answer)
    highest = 1.05 * max(float(np.nanmax(np.array(answer.losses))) for answers in panels.values() for answer in answers)
    pictures = [
        Picture(
            title,
            plot_losses(
                [answer.losses for answer in answers],
                [answer.best_epoch for answer in answers],
                highest,
                f"learning-{place}",
            ),
        )
        for place, (title, answers) in enumerate(panels.items())
    ]
    rows = [
        [
            material.part_name(answer.part),
            str(len(answer.losses)),
            str(answer.best_epoch),
            f"{answer.losses[answer.best_epoch - 1][0]:.3f}",
            f"{answer.losses[answer.best_epoch - 1][1]:.3f}",
            f"{answer.took_s / 60:.1f}",
        ]
        for answer in material.answers.parts
    ]
    return Section(
        "learning",
        "Learning curves",
        [
            Passage(
                paragraphs=[
                    "Dashed is the loss on what a network learned from, with its dropout; solid that on soundtracks of "
                    "the training part kept for early stopping. The dot is the epoch whose parameters were kept. "
                    "These curves chose the epoch and are no measure of worth; everything below is on the fold that a "
                    "network neither learned from nor was stopped by. The losses weigh tracks, so that no baseline has "
                    "one to compare with."
                ],
                pictures=pictures,
                tables=[
                    Table(
                        "All networks; losses are those of the epoch that was kept.",
                        ["network", "epochs", "kept", "training loss", "validation loss", "minutes"],
                        rows,
                    )
                ],
            )
        ],
    )
