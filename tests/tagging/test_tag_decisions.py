from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger_app.genres import GENRES, genre_key
from tagger_app.index.records import effective_genres
from tagger_app.tagging.fields import change_decision, find_decision

WORDS = st.one_of(st.sampled_from([*GENRES, *(f"-{genre}" for genre in GENRES), "sci fi", "-SCIFI"]), st.text())


@given(st.lists(WORDS), st.sampled_from(GENRES), st.sampled_from(["accept", "reject", ""]), st.lists(WORDS))
def test_a_decision_counts_and_leaves_others_alone(user, genre, decision, assigned):
    after = change_decision(user, genre, decision)
    assert find_decision(after, genre) == decision
    others = [word for word in user if genre_key(word) != genre_key(genre)]
    assert list(after[: len(others)]) == others
    assert change_decision(after, genre, decision) == after
    genres = effective_genres(assigned, after)
    if decision:
        assert (genre in genres) == (decision == "accept")


def test_a_decision_in_another_spelling_is_replaced():
    assert change_decision(("sci fi", "whatever", "-SCIFI"), "Sci-Fi", "reject") == ("whatever", "-Sci-Fi")
    assert find_decision(("-Comedy", "comedy"), "Comedy") == "accept"


@pytest.mark.parametrize(("genre", "decision"), [("Western", "accept"), ("Drama", "maybe")])
def test_what_can_not_be_decided_is_a_bug(genre, decision):
    with pytest.raises(ValueError, match="can't"):
        change_decision((), genre, decision)
