"""What a report is written from: the answers that `cuefit-trainer evaluate` kept, measured beside the baselines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import logit

from tagger_app.errors import displayable
from tagger_app.genres import GENRES
from trainer.configuration import Configuration
from trainer.corpora.tracks import CorpusTrack
from trainer.errors import TrainingError
from trainer.evaluation.comparison import Ground, lay_ground
from trainer.evaluation.evidence import HeldOut, answer_held_out
from trainer.evaluation.figures import Evaluation
from trainer.learning.parts import Part
from trainer.learning.systems import Answers, System
from trainer.tiles.cache import TileRecord
from trainer.tiles.dataset import Booleans, Dataset

Doubles = npt.NDArray[np.float64]

N_BASELINES = 2
"""They stand before the system among the evaluations."""


@dataclass(frozen=True)
class Material:
    """A system and what it answered for soundtracks that it hadn't heard.

    Attributes
    ----------
    configuration : of the system
    ground : corpus and folds
    answers : of all networks together
    held_out : calibrated on the other folds
    regression : the second baseline's answers, calibrated in the same way
    evaluations : the two baselines, this system, then others to lay beside it
    """

    configuration: Configuration
    ground: Ground
    system: System
    answers: Answers
    held_out: HeldOut
    regression: HeldOut
    evaluations: list[Evaluation]

    @property
    def name(self) -> str:
        """Of the system."""
        return self.configuration.system.name

    @property
    def evaluation(self) -> Evaluation:
        """Of the system."""
        return self.evaluations[N_BASELINES]

    @property
    def dataset(self) -> Dataset:
        """Its tracks."""
        return self.ground.dataset

    @property
    def columns(self) -> list[int]:
        """Genres that could be tried, as columns of all matrices."""
        return self.ground.columns

    @property
    def told(self) -> Booleans:
        """Tracks whose labels say something of each of those genres, bool [shape=(n_tracks,)]."""
        return self.dataset.fully_known(self.columns)

    @property
    def is_leaky(self) -> bool:
        """Whether the system was asked about soundtracks that it had heard."""
        return self.configuration.system.split == "leaky_random"

    def record(self, track: CorpusTrack) -> TileRecord:
        """What the tile cache says of a track."""
        record = self.ground.cache.find(track.path)
        assert isinstance(record, TileRecord), "the data set holds what the cache has"
        return record

    def seconds(self, track: CorpusTrack) -> float:
        """Length of a track as it was heard."""
        return self.record(track).duration_s

    def part_name(self, part: Part) -> str:
        """A network, for people."""
        assert part.fold is not None, "what is reported was measured"
        bag = f", bag {part.bag + 1}" if self.configuration.system.bags > 1 else ""
        return f"{part.genre or 'all genres'}{bag}, fold {part.fold + 1}"

    def asked(self, column: int) -> tuple[npt.NDArray[np.int64], Booleans]:
        """Tracks whose labels say something of a genre, and which of them have it."""
        chosen = np.flatnonzero(self.dataset.known[:, column])
        return chosen, self.dataset.labels[chosen, column]


def load_material(configurations: Sequence[Configuration], tell: Callable[[str], None]) -> Material:
    """Gather what was kept of the first configuration's system, and of others to lay beside it.

    Raises
    ------
    CorpusError, TileCacheError, TrainingError
        Something isn't there yet, or the configurations can't be compared.
    """
    first = configurations[0]
    if first.system.split == "official":
        raise TrainingError(
            'a report is of all tracks, and split = "official" answers for some: see what evaluate says'
        )
    tell("the corpus and the second baseline")
    ground = lay_ground(configurations)
    systems = [ground.build_system(configuration) for configuration in configurations]
    for configuration, system in zip(configurations, systems, strict=True):
        if not system.is_complete:
            raise TrainingError(
                f"{configuration.system.name} isn't trained in every fold yet: "
                "run `cuefit-trainer evaluate --config` with its configuration first"
            )
    gathered = [system.gather(list(system.train())) for system in systems]
    tell("the baselines' figures")
    evaluations = ground.measure_baselines()
    for configuration, answers in zip(configurations, gathered, strict=True):
        tell(f"figures of {configuration.system.name}")
        evaluations.append(ground.measure(configuration.system.name, answers))

    def calibrated(logits: Doubles, doubt: Doubles | None) -> HeldOut:
        return answer_held_out(ground.dataset, logits, ground.folds, ground.weights, first.bundle.threshold_beta, doubt)

    doubt = gathered[0].doubt if first.system.bags > 1 else None
    regression = np.asarray(logit(np.clip(ground.regression, 1e-6, 1 - 1e-6)))
    return Material(
        configuration=first,
        ground=ground,
        system=systems[0],
        answers=gathered[0],
        held_out=calibrated(gathered[0].track_logits, doubt),
        regression=calibrated(regression, None),
        evaluations=evaluations,
    )


def track_name(track: CorpusTrack) -> str:
    """What a track is called: by its title and artist, or by its file."""
    title = track.title or track.path.stem
    return displayable(f"{title} ({track.artist})" if track.artist else title)


def genre_names(columns: Sequence[int]) -> list[str]:
    """Names of genres by their columns."""
    return [GENRES[column] for column in columns]
