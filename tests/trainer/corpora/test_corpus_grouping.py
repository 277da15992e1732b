from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.corpora.grouping import cue_soundtrack, piece_key, unite_soundtracks


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Scheming Weasel (faster version)", "Scheming Weasel (slower version)"),
        ("Merry Go", "Merry Go Slower"),
        ("Pixel Peeker Polka - faster", "Pixel Peeker Polka - slower"),
        ("Theme for Harold (var. 1)", "Theme for Harold (var. 3)"),
        ("Shiny Tech", "Shiny Tech II"),
        ("8bit Dungeon Boss", "8bit Dungeon Level"),
        ("Video Dungeon Boss", "Video Dungeon Crawl"),
        ("Ghostpocalypse - 4 Temptress", "Ghostpocalypse - 7 Master"),
        ("Arcadia", "Arcadia Wonders"),
        ("Echoes of Time v2", "ECHOES OF TIME"),
    ],
)
def test_versions_of_a_piece_have_one_key(one: str, other: str) -> None:
    assert piece_key("Kevin MacLeod", one) == piece_key("kevin macleod", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sneaky", "Sneaky Adventure"),
        ("Evil Plan", "Amazing Plan"),
        ("8bit Dungeon Boss", "Video Dungeon Boss"),
        ("Vivace", "Vibes"),
        ("Arcadian Hills", "Arcadia"),
    ],
)
def test_other_pieces_have_other_keys(one: str, other: str) -> None:
    assert piece_key("Kevin MacLeod", one) != piece_key("Kevin MacLeod", other)


def test_key_of_a_piece_needs_artist_and_title() -> None:
    assert piece_key("", "Victory") is None
    assert piece_key("Ryan Reilly", " - ") is None
    assert piece_key("Ryan Reilly", "Victory") != piece_key("Max Von Juntz", "Victory")


def test_a_title_that_is_only_a_version_stays_itself() -> None:
    assert piece_key("A", "II") == ("a", "ii")
    assert piece_key("A", "(Loop)") == ("a", "loop")


def test_catalogue_names_are_divided_by_repository() -> None:
    one = cue_soundtrack("K", "Royalty Free", "x/game")
    assert one == cue_soundtrack("K", "incompetech.com", "x/game")
    assert one != cue_soundtrack("K", "Royalty Free", "y/game")
    assert cue_soundtrack("K", "Wonders", "x/game") == cue_soundtrack("K", "Wonders", "y/game")


def test_soundtracks_are_united_through_a_chain() -> None:
    united = unite_soundtracks(["c", "b", "a", "d", "c"], [[1, 1, None, None, None], [None, "x", "x", None, None]])
    assert united == ["a + b + c", "a + b + c", "a + b + c", "d", "a + b + c"]


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.none() | st.integers(0, 5)), max_size=30), st.randoms())
def test_uniting_makes_the_finest_partition_that_divides_nothing_shared(tracks, random) -> None:  # type: ignore[no-untyped-def]
    soundtracks = [soundtrack for soundtrack, _ in tracks]
    united = unite_soundtracks(soundtracks, [[piece for _, piece in tracks]])
    for index, (soundtrack, piece) in enumerate(tracks):
        reachable = {soundtrack}
        while True:
            pieces = {piece for name, piece in tracks if name in reachable and piece is not None}
            grown = reachable | {name for name, piece in tracks if piece in pieces}
            if grown == reachable:
                break
            reachable = grown
        assert united[index] == " + ".join(sorted(reachable))
    order = list(range(len(tracks)))
    random.shuffle(order)
    shuffled = unite_soundtracks([soundtracks[i] for i in order], [[tracks[i][1] for i in order]])
    assert shuffled == [united[i] for i in order]
