from __future__ import annotations

import sys
from pathlib import Path

# The scripts of packaging/ find each other in their own folder; they are no package.
sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))
