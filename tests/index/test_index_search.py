from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_samples import sample_record

from tagger_app.genres import GENRES
from tagger_app.index import search as search_module
from tagger_app.index.changes import MarkMissing, MarkRoot, PutFailure, PutTrack
from tagger_app.index.connection import IndexConnection, open_for_reading
from tagger_app.index.query import (
    And,
    CodecTerm,
    FitTerm,
    GenreTerm,
    LengthTerm,
    ModelTerm,
    Not,
    Or,
    StatusTerm,
    Term,
    TextTerm,
    parse_query,
)
from tagger_app.index.records import STATUSES, Track
from tagger_app.index.search import count, find_ids, get_tracks, search, search_ids
from tagger_app.index.sorting import parse_sort
from tagger_app.index.writer import IndexWriter

WORDS = ("night", "nightfall", "Élan", "strings", "dark", "über", "Dark", "o'hara", "42", "comedy")


def holds(term: Term, track: Track) -> bool:
    """The meaning of a query, written as plainly as can be."""
    match term:
        case And(terms):
            return all(holds(part, track) for part in terms)
        case Or(terms):
            return any(holds(part, track) for part in terms)
        case Not(inner):
            return not holds(inner, track)
        case FitTerm(genre, operator, bound):
            fit = track.fits[GENRES.index(genre)]
            if fit is None:
                return False
            exact = Fraction(round(fit * 10_000), 10_000)
            if operator == "=":
                decimals = max(2, -int(bound.as_tuple().exponent))
                half = Fraction(1, 2 * 10**decimals)
                return Fraction(bound) - half <= exact < Fraction(bound) + half
            return compare(exact, operator, Fraction(bound))
        case LengthTerm("=", length_s):
            return float(length_s) - 0.5 <= track.duration_s < float(length_s) + 0.5 and not is_bare(track)
        case LengthTerm(operator, length_s):
            return compare(track.duration_s, operator, float(length_s)) and not is_bare(track)
        case GenreTerm(genre):
            return genre in track.genres
        case CodecTerm(codec):
            return track.codec.lower() == codec.lower()
        case ModelTerm(bundle_id):
            return track.bundle_id == bundle_id
        case StatusTerm(status):
            return track.status == status
        case TextTerm(text, field, whole):
            texts = {name: getattr(track, name) for name in ("title", "artist", "album", "path")}
            return any(is_said(text, said, whole) for name, said in texts.items() if field in (None, name))
    raise AssertionError(term)


def compare(left, operator, right) -> bool:
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[operator]


def is_bare(track: Track) -> bool:
    """Whether the file was never analysed, and so has no length."""
    return not track.bundle_id


def words_of(text: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", text.lower())
    return re.findall(r"[^\W_]+", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def is_said(text: str, said: str, whole: bool) -> bool:
    wanted, words = words_of(text), words_of(said)
    *first, last = wanted
    for start in range(len(words) - len(wanted) + 1):
        *there, end = words[start : start + len(wanted)]
        if there == first and (end == last if whole else end.startswith(last)):
            return True
    return False


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Iterator[tuple[IndexConnection, list[Track]]]:
    """A hundred tracks of every kind: fits at the edges, equal and absent ones, every status, many words."""
    path = tmp_path_factory.mktemp("library") / "library.db"
    random = np.random.default_rng(1)

    def words(n_most: int) -> str:
        return " ".join(WORDS[index] for index in random.integers(0, len(WORDS), random.integers(0, n_most + 1)))

    edges = (0.0, 0.2, 0.5, 0.695, 0.7, 0.7049, 0.705, 1.0, None)
    with IndexWriter(path) as writer:
        for number in range(100):
            root = ("/music", "/nas")[number % 4 == 3]
            fits = tuple(edges[index] for index in random.integers(0, len(edges), 10))
            record = sample_record(
                f"{root}/{words(1)} {number}.flac",
                fits=fits,
                assigned=tuple(genre for genre, fit in zip(GENRES, fits, strict=True) if fit and fit > 0.69),
                user_genres=("-Comedy", "Crime") if number % 5 == 0 else (),
                duration_s=float(random.choice([30.0, 89.5, 90.0, 90.5, 180.0, 600.25])),
                title=words(3),
                artist=words(2),
                album=words(1),
                codec=("FLAC", "mp3")[number % 2],
                bundle_id=("open-1", "own-2")[number % 3 == 0],
            )
            writer.put(PutTrack(record))
            if number % 11 == 0:
                writer.put(MarkMissing((record.path,)))
            if number % 13 == 0:
                writer.put(PutFailure(record.path, 1, 1, "is cut short"))
        for number in range(5):
            writer.put(PutFailure(f"/music/night {number}.wav", 1, 1, "is empty"))
        writer.put(MarkRoot("/nas", False))
    with closing(open_for_reading(path)) as connection:
        ids = [track_id for (track_id,) in connection.fetch("SELECT id FROM tracks")]
        yield connection, get_tracks(connection, ids)


def expected(tracks: list[Track], text: str) -> set[int]:
    query = parse_query(text)
    return {
        track.id
        for track in tracks
        if holds(query.root, track) and (query.names_status or track.status in ("present", "offline"))
    }


NEVER_SIFT = {"_COMMON": 2.0}
NEVER_FEW = {**NEVER_SIFT, "_FEW": -1, "_FEW_TEXTS": -1}
WAYS: dict[str, dict[str, float]] = {
    "as it chooses": {},
    "sifted, however rare the words are": {"_COMMON": 0.0},
    "sifted a few at a time": {"_COMMON": 0.0, "_SPARE": 0.0},
    "sifted, and given up": {"_COMMON": 0.0, "_SPARE": 0.0, "_MOST_SIFTED": 60},
    "from the few": NEVER_SIFT,
    "by a walk": {**NEVER_FEW, "_MANY": 0.0},
    "by a walk that is given up": {**NEVER_FEW, "_MANY": 0.0, "_WALK_STEPS": 1, "_STEPS_PER_MATCH": 0},
    "where indexes meet": {**NEVER_FEW, "_MANY": 2.0},
    "from all numbers": {**NEVER_FEW, "_MANY": 2.0, "_SOME": -1},
}


@pytest.fixture(params=WAYS)
def every_way(request, monkeypatch) -> str:
    """The same pages, whichever way they are made."""
    for name, value in WAYS[request.param].items():
        monkeypatch.setattr(search_module, name, value)
    return str(request.param)


@pytest.mark.usefixtures("every_way")
class TestQueries:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "thriller>0.7",
            "thriller>=0.7",
            "thriller<0.7",
            "thriller<=0.7",
            "thriller=0.7",
            "thriller=0.70",
            "thriller=0.705",
            "thriller=0.7049",
            "thriller<0.00001",
            "thriller>0.70485 thriller<0.70495",
            "-thriller>0.7",
            "-thriller<0",
            "comedy",
            "-comedy",
            "crime",
            '"comedy"',
            "length<90",
            "length=1:30",
            "length>=10:00 length<10:01",
            "night",
            '"night"',
            "nigh",
            "elan",
            "ÜBER",
            "o'hara",
            '"dark strings"',
            "title:dark artist:dark",
            "-dark",
            "-title:dark -artist:dark -album:dark",
            "codec:flac",
            "codec:MP3 comedy",
            "model:own-2",
            "model:nobody's",
            "path:music",
            "path:music/night",
            "comedy | drama",
            "night | thriller>0.7",
            "-(comedy | drama | night)",
            "night -(status:missing | status:present)",
            "thriller>0.2 comedy<0.7 night length<10:00",
            "thriller>0.2 comedy>0.3 drama>0.1",
            "thriller>0.2 thriller<0.8 comedy>0.3 -night codec:flac",
            *(f"status:{status}" for status in STATUSES),
            *(f"-status:{status}" for status in STATUSES),
            "status:offline night thriller>0.2",
            "status:present | status:failed",
            "status:failed night",
        ],
    )
    def test_the_tracks_that_a_query_means(self, library, text):
        connection, tracks = library
        wanted = expected(tracks, text)
        query = parse_query(text)
        for sort in ("path", "-added", "title", "thriller"):
            assert {track.id for track in search(connection, query, sort, limit=None)} == wanted
            assert set(search_ids(connection, query, sort).tolist()) == wanted
        assert sorted(find_ids(connection, query).tolist()) == sorted(wanted)
        assert count(connection, query) == len(wanted)

    @pytest.mark.parametrize("text", ["", "night", "thriller>0.2", "status:missing", "status:offline", "-night"])
    @pytest.mark.parametrize("sort", ["path", "-path", "-added", "title", "-title", "length", "crime", "-crime"])
    def test_order_and_pages(self, library, text, sort):
        connection, tracks = library
        wanted = [track for track in tracks if track.id in expected(tracks, text)]
        assert len(wanted) > 5
        values: dict[str, Callable[[Track], object]] = {
            "path": lambda track: track.path.encode(),
            "added": lambda track: track.id,
            "title": lambda track: " ".join(folded(track.title)) or None,
            "length": lambda track: track.duration_s if track.bundle_id else None,
            "crime": lambda track: track.fits[GENRES.index("Crime")],
        }
        name = sort.removeprefix("-")
        descending = sort.startswith("-") != (name == "crime")
        value = values[name]
        with_value = [track for track in wanted if value(track) is not None]
        without = [track for track in wanted if value(track) is None]
        in_order = sorted(with_value, key=lambda track: (value(track), track.id), reverse=descending)
        in_order += sorted(without, key=lambda track: track.id, reverse=descending)
        ids = [track.id for track in in_order]

        query = parse_query(text)
        assert search_ids(connection, query, sort).tolist() == ids
        pages = [search(connection, query, sort, limit=17, offset=start) for start in range(0, len(ids) + 17, 17)]
        assert [track.id for page in pages for track in page] == ids
        assert pages[-1] == []


def folded(text: str) -> list[str]:
    """Words as `title` and its like sort: without case and accents."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold().split()


_GENRE = st.sampled_from([*GENRES, "scifi", "THRILLER"])
_OPERATOR = st.sampled_from([">", ">=", "<", "<=", "="])
_TERMS = st.one_of(
    st.builds(
        "{}{}{}".format, _GENRE, _OPERATOR, st.sampled_from(["0", "0.2", ".5", "0.7", "0.70", "0.7049", "0.705", "1.0"])
    ),
    st.builds("length{}{}".format, _OPERATOR, st.sampled_from(["90", "1:30", "3:00", "10:00.25", "0:00:30"])),
    _GENRE,
    st.builds("genre:{}".format, _GENRE),
    st.builds(
        "{}{}".format,
        st.sampled_from(["", "title:", "artist:", "album:", "path:"]),
        st.sampled_from(["n", "night", '"night"', '"dark strings"', "stri", "elan", "o'hara", "42", '"comedy"', "4"]),
    ),
    st.sampled_from(["codec:flac", "codec:Mp3", "model:open-1", "model:x"]),
    st.builds("status:{}".format, st.sampled_from(STATUSES)),
)
_QUERIES = st.recursive(
    _TERMS,
    lambda inner: st.one_of(
        st.builds("{} {}".format, inner, inner),
        st.builds("({} | {})".format, inner, inner),
        st.builds("-({})".format, inner),
    ),
    max_leaves=6,
)


@given(_QUERIES)
def test_any_query_finds_what_it_means(library, text):
    connection, tracks = library
    query = parse_query(text)
    wanted = expected(tracks, text)
    assert set(search_ids(connection, query).tolist()) == wanted
    assert sorted(find_ids(connection, query).tolist()) == sorted(wanted)
    assert count(connection, query) == len(wanted)


@given(st.text(st.characters(codec=None), min_size=1).filter(lambda text: any(map(str.isalnum, text))))
def test_any_text_can_be_searched_for(library, text):
    connection, _ = library
    quoted = text.replace('"', "")
    if any(map(str.isalnum, quoted)):
        count(connection, parse_query(f'"{quoted}" | title:"{quoted}" | codec:"{quoted}" | model:"{quoted}"'))


@pytest.mark.parametrize(
    "text", ['"a\0b"', '"NEAR(a b)"', "a*", "a^b", '"title : night"', "{a}", "a+b", "night\ud800", "AND", "NOT"]
)
def test_operators_of_the_text_index_are_text(library, text):
    connection, _ = library
    search(connection, parse_query(text))
    assert count(connection, parse_query('"night OR dark"')) == 0


def test_tracks_by_id(library):
    connection, tracks = library
    assert get_tracks(connection, []) == []
    assert [track.id for track in get_tracks(connection, [3, 10**9, 1, 2])] == [3, 1, 2]
    assert get_tracks(connection, [track.id for track in reversed(tracks)]) == tracks[::-1]


def test_more_ids_than_sqlite_takes_at_once(library):
    connection, tracks = library
    ids = [track.id for track in tracks] * 40
    assert len(get_tracks(connection, ids)) == len(ids)


def test_a_sorted_page_is_read_from_its_index(library):
    connection, _ = library
    for sort in (*GENRES, "title", "-title", "artist", "album", "length", "codec", "path", "-path", "-thriller"):
        order = parse_sort(sort)
        statement, parameters = search_module._select(
            "tracks.id", search_module.compile_query(parse_query("thriller>0.2")), order.index, order.order
        )
        plan = [row[3] for row in connection.fetch(f"EXPLAIN QUERY PLAN {statement}", (*parameters, 50, 0))]
        assert len(plan) == 1, (sort, plan)
        assert f"USING INDEX {order.index}" in plan[0] or f"COVERING INDEX {order.index}" in plan[0]


def test_track_is_a_value(library):
    _, tracks = library
    assert dataclasses.replace(tracks[0]) == tracks[0]
