"""The process that trains all members at once: ``python -m trainer.learning.vectorised_worker FOLDER``.

Run by `trainer.learning.vectorised_process` with ``KERAS_BACKEND=jax``. It reads what `write_request` wrote into the
folder, prints a line an epoch, and leaves the members there, or else what a person can do about it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from trainer.errors import TrainingError
from trainer.learning.exchange import REFUSAL, read_request, write_members
from trainer.learning.network import build_network
from trainer.learning.vectorised import train_vectorised

REFUSED = 3
"""Exit status where `REFUSAL` says why."""


def main(folder: Path) -> int:
    """Train what the folder asks for; exit status."""
    request, tiles, bags, unmixing = read_request(folder)
    plan = request.plan
    try:
        members = train_vectorised(
            lambda: build_network(plan.kind, tiles.shape[1:], plan.n_scores, plan.activation, unmixing),
            tiles,
            bags,
            request.settings,
            loss=request.loss,
            members_at_once=request.members_at_once,
            tell=lambda n_done, n_epochs: print(n_done, n_epochs, flush=True),
        )
    except TrainingError as error:
        (folder / REFUSAL).write_text(str(error), encoding="utf-8")
        return REFUSED
    write_members(folder, members)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
