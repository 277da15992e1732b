from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.evaluation.feels import feel_agreement

FEELS = st.lists(st.frozensets(st.sampled_from(["Dark", "Eerie", "Bouncy", "Bright", "Epic"])), max_size=12)


def test_rare_words_weigh_more():
    feels = [{"Dark", "Eerie"}, {"Dark", "Epic"}, {"Eerie", "Epic"}, {"Dark"}, {"Dark"}, {"Bright"}]
    agreement = feel_agreement([frozenset(own) for own in feels])
    dark, rare, bright = np.log(6 / 4), np.log(6 / 2), np.log(6)
    assert agreement[0, 1] == pytest.approx(dark / (dark + 2 * rare))
    assert agreement[0, 2] == pytest.approx(rare / (dark + 2 * rare))
    assert agreement[0, 0] == agreement[3, 4] == pytest.approx(1)
    assert agreement[0, 5] == 0
    assert bright > rare


def test_what_says_nothing_is_unknown():
    agreement = feel_agreement([frozenset({"Dark"}), frozenset(), frozenset({"Bright"})])
    assert np.isnan(agreement[1]).all()
    assert np.isnan(agreement[:, 1]).all()
    assert agreement[0, 2] == 0
    assert np.isnan(feel_agreement([frozenset({"Dark"})] * 2)).all(), "a word that all have tells nothing apart"
    assert feel_agreement([]).shape == (0, 0)


@given(FEELS)
def test_agreement_is_symmetric_and_within_bounds(feels):
    agreement = feel_agreement(feels)
    known = ~np.isnan(agreement)
    assert np.array_equal(known, known.T)
    assert np.allclose(agreement[known], agreement.T[known])
    assert ((agreement[known] >= 0) & (agreement[known] <= 1 + 1e-12)).all()
    assert np.allclose(agreement.diagonal()[known.diagonal()], 1)
