"""What a space may declare, and how it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from trainer.configuration import Configuration, load_configuration
from trainer.errors import ConfigurationError
from trainer.search.space import Grid, Space, lay_over, read_space

CONFIGS = Path(__file__).parents[3] / "trainer" / "configs"


def read(tmp_path: Path, text: str) -> tuple[Space, Configuration, Path]:
    path = tmp_path / "hunt.toml"
    path.write_text(text, encoding="utf-8")
    configuration = load_configuration(path)
    return read_space(path, configuration), configuration, path


def declare(line: str) -> str:
    return f"[search.space]\n{line}\n"


def test_every_kind_of_dimension_is_read(tmp_path):
    space, _, _ = read(
        tmp_path,
        """
        [search.space]
        "training.learning_rate" = { low = 1e-4, high = 1e-2, log = true }
        "training.cue_weight" = { low = 1, high = 3 }
        "training.validation_share" = { low = 0.1, high = 0.4, step = 0.1 }
        "training.tiles_per_track" = { low = 4, high = 16, step = 4 }
        "training.epochs" = { low = 1, high = 64, log = true }
        "augmentation.gain_db" = { values = [0, 3.5] }
        "system.network" = { values = ["cnn", "crnn"] }
        """,
    )
    assert space == {
        "training.learning_rate": FloatDistribution(1e-4, 1e-2, log=True),
        "training.cue_weight": FloatDistribution(1.0, 3.0),
        "training.validation_share": FloatDistribution(0.1, 0.4, step=0.1),
        "training.tiles_per_track": IntDistribution(4, 16, step=4),
        "training.epochs": IntDistribution(1, 64, log=True),
        "augmentation.gain_db": CategoricalDistribution([0.0, 3.5]),
        "system.network": CategoricalDistribution(["cnn", "crnn"]),
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", '[search.space] is empty: name a setting, such as "training.learning_rate"'),
        (declare('"x.y" = 1'), '"x.y" must begin with one of training., system., augmentation.'),
        (declare('"bundle.id" = { values = ["a"] }'), "must begin with one of"),
        (declare('"training.learning_rat" = 1'), 'isn\'t a setting of [training]; is "training.learning_rate" meant?'),
        (declare('"training.zzz" = 1'), "isn't a setting of [training]; known are seed, optimizer"),
        (declare("training.epochs = { low = 1, high = 2 }"), 'training.epochs must be in quotes: "training.epochs" ='),
        (declare('"training.seed" = { low = 1, high = 2 }'), "can't be searched: the best seed is the luckiest one"),
        (declare('"training.folds" = { low = 2, high = 4 }'), "can't be searched: changes what is measured"),
        (declare('"system.split" = { values = ["leaky_random"] }'), "can't be searched: changes what is measured"),
        (declare('"training.epochs" = 3'), '"training.epochs" must say what is tried, not 3: write { values'),
        (declare('"training.epochs" = { hi = 3 }'), "has 'hi', which isn't known: write { values"),
        (declare('"training.epochs" = { low = 3 }'), "lacks high: write { values"),
        (declare('"training.epochs" = { high = 3 }'), "lacks low: write { values"),
        (declare('"training.epochs" = { low = 3, high = 3 }'), "is empty: low is 3, high is 3; let low be below high"),
        (declare('"training.epochs" = { low = 1.5, high = 3 }'), "low must be a whole number, not 1.5"),
        (declare('"training.epochs" = { low = 1, high = 9, step = 0 }'), "has the step 0, but it must be above 0"),
        (declare('"training.epochs" = { low = 1, high = 9, step = 3 }'), "from 1 to 9 by 3: let high be 7"),
        (declare('"training.epochs" = { low = 1, high = 9, step = 2, log = true }'), "has both step and log"),
        (declare('"training.epochs" = { low = 1, high = 9, log = 1 }'), "log must be true or false, not 1"),
        (declare('"training.epochs" = { low = 1, values = [2] }'), "has both values and a range"),
        (declare('"training.epochs" = { values = [] }'), "values must be a list of what is tried, not []"),
        (declare('"training.epochs" = { values = 3 }'), "values must be a list of what is tried, not 3"),
        (declare('"training.epochs" = { values = [1, 1] }'), "values has 1 twice"),
        (declare('"training.epochs" = { values = ["1"] }'), "values must be a whole number, not '1'"),
        (declare('"system.network" = { values = ["rnn"] }'), "values must be one of 'cnn', 'fully_connected', 'crnn'"),
        (declare('"system.network" = { low = 1, high = 2 }'), "isn't a number: list what is tried"),
        (declare('"training.learning_rate" = { low = 0, high = 1, log = true }'), "from 0: let low be above 0"),
        (declare('"training.learning_rate" = { low = 0, high = inf }'), "high must be a number with an end, not inf"),
        (declare('"augmentation.mixup" = { low = 0, high = 1, step = 0.3 }'), "from 0 to 1 by 0.3: let high be 0.9"),
        ("[search]\nfolds = 5\n", "[search] folds is 5, but [training] folds is 4"),
        ("[search]\nconfirm_seed = 8\n[training]\nseed = 8\n", "confirm_seed is 8, as [training] seed is"),
        ("[system]\nsplit = 'leaky_random'\n", '[system] split is "leaky_random", whose figures are no ground'),
        ("[search]\nfolds = 1\npruning = 'median'\n", "with folds = 1 there is nothing left to give up"),
        ("[search]\nmethod = 'grid'\ntrials = 3\n", "trials is 3, but a grid tries all its points: leave it out"),
        ("[search]\nmethod = 'gird'\n", "[search] method must be one of 'grid', 'random', 'tpe', not 'gird'"),
        ("[search]\nworkers = 0\n", "[search] workers is 0, but must be at least 1"),
    ],
)
def test_mistakes_are_refused_with_their_place(tmp_path, text, reason):
    with pytest.raises(ConfigurationError) as caught:
        read(tmp_path, text)
    assert "hunt.toml: [s" in str(caught.value)
    assert reason in str(caught.value)


def test_a_grid_has_every_point_once(tmp_path):
    space, _, path = read(
        tmp_path,
        """
        [search.space]
        "augmentation.mixup" = { low = 0, high = 0.3, step = 0.1 }
        "training.epochs" = { low = 2, high = 3 }
        "system.network" = { values = ["cnn", "crnn"] }
        """,
    )
    grid = Grid(path, space)
    points = [tuple(grid.point(place).values()) for place in range(len(grid))]
    assert points == [
        (mixup, epochs, network) for mixup in (0.0, 0.1, 0.2, 0.3) for epochs in (2, 3) for network in ("cnn", "crnn")
    ]


@pytest.mark.parametrize(
    "line", ['"augmentation.mixup" = { low = 0, high = 1 }', '"training.epochs" = { low = 1, high = 9, log = true }']
)
def test_a_grid_needs_a_list_of_points(tmp_path, line):
    space, _, path = read(tmp_path, declare(line))
    with pytest.raises(ConfigurationError, match="has no list of points for a grid: give its range a step, and no log"):
        Grid(path, space)


def test_a_point_is_laid_over_the_configuration(tmp_path):
    configuration = read(tmp_path, declare('"training.epochs" = { low = 1, high = 9 }'))[1]
    changed = lay_over(configuration, {"training.epochs": 7, "system.targets": "multilabel"})
    assert (changed.training.epochs, changed.system.targets) == (7, "multilabel")
    assert changed.training.folds == configuration.training.folds
    with pytest.raises(ValueError, match=r"\[system\] bags is 2, but only binary networks draw bags"):
        lay_over(configuration, {"system.targets": "multilabel", "system.bags": 2})


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("search_*.toml")), ids=lambda path: path.name)
def test_committed_searches_can_begin(path):
    configuration = load_configuration(path)
    space = read_space(path, configuration)
    if configuration.search.method == "grid":
        assert len(Grid(path, space)) == 9
    assert configuration.bundle.work == Path("corpus-work")
