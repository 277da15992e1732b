"""A short campaign of damaged files in every run of the tests; `campaign.py` is the long one."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

from tagger_app.ensemble.bundle import Bundle
from tests.fuzz.bombs import make_bombs
from tests.fuzz.campaign import BUG, FAILED, HARMED, NO_FITS, OUTCOMES, TAGGED, TOO_LARGE, TOO_LONG, UNTAGGED, run_cases
from tests.fuzz.cases import Case, make_mutations, make_truncations
from tests.fuzz.seeds import Seed, make_seeds

_LIMIT_S = 60.0


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[Seed]:
    return make_seeds(tmp_path_factory.mktemp("seeds"))


def test_whole_files_are_analysed_and_tagged(seeds: list[Seed], bundle: Bundle, tmp_path: Path) -> None:
    """What the campaign starts from is good; else it would prove nothing."""
    cases = [Case(f"{seed.name}.{seed.extension}", seed.name, "nothing", seed.data) for seed in seeds]
    outcomes = {result.case.format: result.outcome for result in run_cases(cases, bundle, tmp_path, limit_s=_LIMIT_S)}
    assert outcomes.pop("ape") == FAILED, "a header without audio"
    untagged = {name for name, outcome in outcomes.items() if outcome == UNTAGGED}
    assert untagged == {"aac", "caf", "w64", "m4a in fragments"}
    assert {outcome for name, outcome in outcomes.items() if name not in untagged} == {TAGGED}


def test_five_hundred_damaged_files(seeds: list[Seed], bundle: Bundle, tmp_path: Path) -> None:
    cases = chain(make_mutations(seeds, 1, range(400)), make_truncations(seeds, 100))
    results = list(run_cases(cases, bundle, tmp_path, limit_s=_LIMIT_S))
    assert len(results) == 500
    assert [result for result in results if result.outcome in (BUG, HARMED)] == []
    counts = Counter(result.outcome for result in results)
    assert counts.keys() <= set(OUTCOMES)
    assert min(counts[TAGGED], counts[UNTAGGED], counts[NO_FITS], counts[FAILED]) > 10, counts


def test_bombs(seeds: list[Seed], bundle: Bundle, tmp_path: Path) -> None:
    """Those that must run into the time limit are left to the long campaign."""
    cases = (case for case in make_bombs(seeds, megabytes=1) if case.done != "days of silence")
    results = list(run_cases(cases, bundle, tmp_path, limit_s=_LIMIT_S, batch=20))
    assert len(results) > 60
    assert [result for result in results if result.outcome in (BUG, HARMED, TOO_LONG)] == []
    assert sum(result.outcome == TOO_LARGE for result in results) <= 2
