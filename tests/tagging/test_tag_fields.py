from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger_app.genres import GENRES, N_GENRES
from tagger_app.tagging.fields import (
    ALL_FIELDS,
    FIT_FIELDS,
    MACHINE_FIELDS,
    USER_FIELD,
    field_name,
    machine_fields,
    parse_fields,
)

_FITS = st.lists(
    st.one_of(st.none(), st.just(math.nan), st.floats(0.0, 1.0)), min_size=N_GENRES, max_size=N_GENRES
).filter(lambda fits: any(fit is not None and not math.isnan(fit) for fit in fits))


def test_names() -> None:
    assert FIT_FIELDS[0] == "FILMGENRE_ACTION"
    assert FIT_FIELDS[8] == "FILMGENRE_SCIFI"
    assert len(set(ALL_FIELDS)) == 13
    assert USER_FIELD not in MACHINE_FIELDS


@given(_FITS, st.lists(st.sampled_from(GENRES), unique=True), st.from_regex(r"[a-z][a-z0-9.-]{0,30}", fullmatch=True))
def test_what_is_written_is_read_back(fits: list[float | None], assigned: list[str], bundle_id: str) -> None:
    changes = machine_fields(fits, assigned, bundle_id)
    assert set(changes) == set(MACHINE_FIELDS)
    read = parse_fields({name.lower(): values for name, values in changes.items() if values is not None})
    for fit, back in zip(fits, read.fits, strict=True):
        if fit is None or math.isnan(fit):
            assert back is None
        else:
            assert back == pytest.approx(fit, abs=0.00501)
    assert read.assigned == tuple(assigned)
    assert read.bundle_id == bundle_id
    assert read.user == ()
    again = machine_fields(list(read.fits), list(read.assigned), bundle_id)
    assert again == changes


def test_values_are_text_with_two_decimals() -> None:
    changes = machine_fields([0.874, 1.0, -0.0, 0.005, *[None] * 6], [], "b")
    assert [changes[name] for name in FIT_FIELDS[:5]] == [("0.87",), ("1.00",), ("0.00",), ("0.01",), None]
    assert changes["FILMGENRE"] is None
    assert changes["FILMGENRE_MODEL"] == ("cuefit/b",)


def test_without_any_score_everything_goes() -> None:
    assert set(machine_fields([None] * N_GENRES, [], "b").values()) == {None}


@pytest.mark.parametrize("fits", [[0.5] * 9, [0.5] * 11, [1.01, *[0.5] * 9], [-0.01, *[0.5] * 9], [math.inf] * 10])
def test_wrong_fits_are_refused(fits: list[float]) -> None:
    with pytest.raises(ValueError, match="fit"):
        machine_fields(fits, [], "b")


def test_unknown_genre_is_refused() -> None:
    with pytest.raises(ValueError, match="Polka"):
        machine_fields([0.5] * N_GENRES, ["Polka"], "b")


def test_the_editors_decisions_are_read_in_their_usual_spelling() -> None:
    read = parse_fields({"FilmGenre": ("Drama; Sci-Fi",), "filmgenre_user": ("sci fi;THRILLER", "-sci-fi", "my own")})
    assert read.assigned == ("Drama", "Sci-Fi")
    assert read.user == ("Sci-Fi", "Thriller", "-Sci-Fi", "my own")


def test_an_empty_decision_is_none() -> None:
    assert parse_fields({"FILMGENRE": ("Drama",), "FILMGENRE_USER": (" ",)}).user == ()


@pytest.mark.parametrize(
    ("text", "fit"),
    [("0.87", 0.87), (" 1 ", 1.0), (".5", 0.5), ("0,25", 0.25), ("1.01", None), ("-0.5", None), ("nan", None),
     ("", None), (".", None), ("inf", None), ("1e-1", None), ("٠.٥", None), ("0.5.5", None)],
)  # fmt: skip
def test_reading_fits_of_any_origin(text: str, fit: float | None) -> None:
    assert parse_fields({"FILMGENRE_ACTION": (text,)}).fits[0] == fit


@given(st.dictionaries(st.sampled_from(ALL_FIELDS), st.lists(st.text(), max_size=3).map(tuple)))
def test_parsing_takes_anything(found: dict[str, tuple[str, ...]]) -> None:
    read = parse_fields(found)
    assert all(fit is None or 0.0 <= fit <= 1.0 for fit in read.fits)
    assert set(read.assigned) <= set(GENRES)


def test_field_names_in_any_case() -> None:
    assert field_name("FilmGenre_SciFi") == "FILMGENRE_SCIFI"
    assert field_name("FILMGENRE_POLKA") is None
    assert field_name("fılmgenre") is None  # a dotless i, which upper() would turn into I
