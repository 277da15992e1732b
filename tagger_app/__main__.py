"""`python -m tagger_app`: the same as `cuefit`."""

from __future__ import annotations

from tagger_app.cli import main

if __name__ == "__main__":
    main(prog_name="cuefit")
