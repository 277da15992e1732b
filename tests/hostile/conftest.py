from __future__ import annotations

import sys
from pathlib import Path

# Samples are shared with other folders of tests, which lie below the root of the project.
ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
