from __future__ import annotations

import json
from pathlib import Path

from cli_samples import make_record, run_cuefit, store

from tagger_app.ensemble.bundle import Bundle
from tagger_app.genres import GENRES
from tagger_app.index.changes import MarkRoot, PutFailure, RecordScan
from tagger_app.index.writer import IndexWriter


def test_the_library_and_the_evidence(tmp_path: Path, index_path: Path, bundle: Bundle) -> None:
    store(index_path, make_record(f"{tmp_path}/a.flac", 1), make_record("/away/b.flac", 2, assigned=()))
    with IndexWriter(index_path) as writer:
        writer.put(PutFailure(f"{tmp_path}/c.mp3", 1, 1, "isn't audio"))
        writer.put(RecordScan(str(tmp_path)))
        writer.put(MarkRoot("/away", online=False))
    text = run_cuefit("info", "--db", index_path)
    assert (text.exit_code, text.stderr) == (0, "")
    for expected in ("2 tracks, 2:03 of music", "1 offline", "1 failed", "1 without a genre", f"Models {bundle.id}"):
        assert expected in text.stdout
    roots = {line.split()[-1]: line for line in text.stdout.splitlines() if line.split()}
    assert "offline" not in roots[str(tmp_path)]
    assert "offline" in roots["/away"]
    assert "not to its end" in roots["/away"]
    for entry in bundle.manifest.evidence:
        assert (f"{entry.genre} is untrained" in text.stdout) == bool(entry.untrained)

    values = json.loads(run_cuefit("info", "--json", "--failures", "--db", index_path).stdout)
    assert values["tracks"] == {"present": 1, "offline": 1, "missing": 0, "failed": 1}
    assert values["tracks_by_genre"]["Action"] == 1
    assert [(root["path"], root["online"]) for root in values["roots"]] == [("/away", False), (str(tmp_path), True)]
    assert [failure["reason"] for failure in values["failures"]] == ["isn't audio"]
    assert values["bundle"]["id"] == bundle.id
    assert [entry["genre"] for entry in values["bundle"]["evidence"]] == list(GENRES)


def test_a_new_user_has_no_index_and_that_is_fine(index_path: Path, bundle: Bundle) -> None:
    result = run_cuefit("info", "--db", index_path)
    assert result.exit_code == 0
    assert "There is no index yet" in result.stdout
    assert json.loads(run_cuefit("info", "--json", "--db", index_path).stdout)["bundle"]["id"] == bundle.id
    assert not index_path.exists()
