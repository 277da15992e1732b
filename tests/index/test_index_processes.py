from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from index_samples import sample_record

from tagger_app.index.changes import PutTrack
from tagger_app.index.connection import open_for_reading
from tagger_app.index.writer import IndexWriter

_COUNT = """
import sys
from contextlib import closing
from pathlib import Path
from tagger_app.index.connection import open_for_writing
with closing(open_for_writing(Path(sys.argv[1]))) as connection:
    print(connection.fetch("SELECT count(*) FROM tracks")[0][0])
"""


def count_elsewhere(index_path: Path) -> int:
    """How many tracks another process sees."""
    done = subprocess.run([sys.executable, "-c", _COUNT, str(index_path)], capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_another_process_sees_what_is_written_and_takes_nothing_away(index_path: Path) -> None:
    with IndexWriter(index_path) as writer:
        # Opening it again in this process must not cost the writer its locks: whoever closes the index last removes
        # its log, and another process can tell by them alone that it isn't the last.
        for _ in range(2):
            with closing(open_for_reading(index_path)):
                pass
            assert count_elsewhere(index_path) == 0
        writer.put(PutTrack(sample_record("/music/a.flac")))
        writer.flush()
        assert count_elsewhere(index_path) == 1
    assert count_elsewhere(index_path) == 1
