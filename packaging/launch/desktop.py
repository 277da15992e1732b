"""Entry of the frozen desktop executable, `cuefit-desktop`."""

from __future__ import annotations

import multiprocessing
import sys

if __name__ == "__main__":
    # Scan workers are this executable, started again: they must become workers before Qt is imported.
    multiprocessing.freeze_support()

    from tagger_app.gui.application import run
    from tagger_app.paths import default_index_path
    from tagger_app.settings import default_settings_path

    sys.exit(run(default_index_path(), default_settings_path()))
