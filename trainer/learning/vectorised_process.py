"""Members trained at once by a process of their own, for a trainer whose Keras runs on TensorFlow.

A member comes back as its parameters, in the order of ``keras.Model.get_weights()``: the network that
`trainer.learning.network.build_network` makes of the same plan takes them by ``set_weights``, whatever its backend.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tagger_app.features.mfcc import Floats
from trainer.errors import TrainingError, WorkError
from trainer.learning.batches import TileSource
from trainer.learning.devices import Wanted, environment
from trainer.learning.exchange import (
    REFUSAL,
    Bag,
    FittedMember,
    NetworkPlan,
    Request,
    read_members,
    write_request,
)
from trainer.settings import TrainingSettings

_SAID_CHARACTERS = 4000


def train_in_process(
    plan: NetworkPlan,
    tiles: TileSource,
    bags: Sequence[Bag],
    settings: TrainingSettings,
    *,
    loss: str = "binary_crossentropy",
    unmixing: Floats | None = None,
    members_at_once: int | None = None,
    wanted: Wanted = "auto",
    tell: Callable[[int, int], None] = lambda n_done, n_epochs: None,
) -> list[FittedMember]:
    """Train one network a bag, all at once, as `trainer.learning.vectorised.train_vectorised` does it.

    Parameters
    ----------
    plan : the network, the same for all
    tiles : float32 [shape=(n_tiles, n_mfcc, n_frames)], standardised; only those that a bag names are handed over
    loss : name of a Keras loss
    unmixing : as `build_network` takes it
    members_at_once : train so many at a time; all, unless given
    wanted : what to train on
    tell : called after each epoch with how many are done, and how many there are at most

    Raises
    ------
    TrainingError
        A bag is empty, the device has too little memory, or the system ended the process.
    WorkError
        The folder for temporary files is full.
    """
    with tempfile.TemporaryDirectory(prefix="cuefit-train-") as name:
        folder = Path(name)
        try:
            write_request(folder, Request(plan, settings, loss, members_at_once), tiles, bags, unmixing)
        except OSError as error:
            raise WorkError(folder, f"tiles can't be handed to JAX: {error.strerror or error}") from error
        _run(folder, wanted, tell)
        return read_members(folder)


def _run(folder: Path, wanted: Wanted, tell: Callable[[int, int], None]) -> None:
    said = folder / "said.txt"
    command = [sys.executable, "-m", "trainer.learning.vectorised_worker", str(folder)]
    with (
        said.open("w", encoding="utf-8") as trouble,
        subprocess.Popen(
            command, env=environment(wanted), stdout=subprocess.PIPE, stderr=trouble, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            for line in process.stdout:
                n_done, n_epochs = line.split()
                tell(int(n_done), int(n_epochs))
        except BaseException:
            process.kill()
            raise
    if process.returncode == 0:
        return
    if (folder / REFUSAL).exists():
        raise TrainingError((folder / REFUSAL).read_text(encoding="utf-8"))
    last = said.read_text(encoding="utf-8", errors="replace")[-_SAID_CHARACTERS:]
    if process.returncode < 0:
        raise TrainingError(
            f"the system ended the training process (signal {-process.returncode}), as it does where memory runs out; "
            "train fewer at a time: [training] members_at_once"
        )
    raise RuntimeError(f"the training process failed:\n{last}")
