"""Entry of the frozen console executable, `cuefit`."""

from __future__ import annotations

import multiprocessing
import sys

if __name__ == "__main__":
    # Scan workers are this executable, started again: they must become workers before all else.
    multiprocessing.freeze_support()

    from tagger_app.cli import main

    sys.exit(main(prog_name="cuefit"))
