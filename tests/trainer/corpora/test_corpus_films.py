from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
import soundfile
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from trainer.cli import main
from trainer.corpora.albums import Album, find_albums, read_name
from trainer.corpora.film_matching import CERTAIN, match_album, wanted_titles
from trainer.corpora.imdb import find_films, title_key
from trainer.corpora.review import COLUMNS, label_albums, read_labels, write_review
from trainer.errors import CorpusError

TITLES = Path(__file__).parent / "samples" / "title.basics.tsv"


def album(*names: str) -> Album:
    return Album(Path("/music") / names[-1], (Path("/music") / names[-1] / "01.flac",), names)


def candidates(*names: str):
    one = album(*names)
    return match_album(one, find_films(TITLES, wanted_titles([one])))


class TestName:
    @pytest.mark.parametrize(
        ("name", "titles", "year"),
        [
            ("Gladiator (2000)", ("Gladiator",), 2000),
            ("2000 - Gladiator", ("Gladiator",), 2000),
            ("Gladiator [Music from the Motion Picture] (2000)", ("Gladiator",), 2000),
            ("Gladiator - Music From The Motion Picture", ("Gladiator",), None),
            ("Hans Zimmer - Gladiator OST", ("Hans Zimmer - Gladiator", "Gladiator", "Hans Zimmer"), None),
            ("Amélie (Original Motion Picture Soundtrack) [FLAC]", ("Amélie",), None),
            ("Metropolis: The Complete Motion Picture Score", ("Metropolis",), None),
            ("1917 (2019)", ("1917",), 2019),
            ("1917", ("1917",), None),
            ("Blade Runner 2049 (2017)", ("Blade Runner 2049",), 2017),
            ("(500) Days of Summer (2009)", ("(500) Days of Summer",), 2009),
            ("1984 - Original Soundtrack", ("1984",), None),
        ],
    )
    def test_title_and_year(self, name, titles, year):
        read = read_name(name)
        assert read.titles == titles
        assert read.year == year
        assert read.hint == ""

    @pytest.mark.parametrize(
        ("name", "hint"),
        [
            ("Breaking Bad (Original Score from the Television Series)", "series"),
            ("Far Cry (Original Game Soundtrack)", "game"),
            ("The Greatest Film Themes", "compilation"),
        ],
    )
    def test_what_is_no_film_is_hinted_at(self, name, hint):
        assert read_name(name).hint == hint

    @given(st.text(max_size=80))
    def test_any_name_is_understood_somehow(self, name):
        assert all(title.strip() for title in read_name(name).titles)

    @given(st.text(max_size=60))
    def test_title_keys_are_stable(self, title):
        assert title_key(title_key(title)) == title_key(title_key(title_key(title)))


@pytest.mark.parametrize(
    ("one", "other"),
    [("The Matrix", "MATRIX"), ("Amélie", "Amelie"), ("Rocky II", "Rocky 2"), ("Fast & Furious", "Fast and Furious")],
)
def test_spellings_of_one_title_have_one_key(one, other):
    assert title_key(one) == title_key(other)


class TestTitles:
    def test_a_compressed_list_is_read_alike(self, tmp_path):
        compressed = tmp_path / "title.basics.tsv.gz"
        compressed.write_bytes(gzip.compress(TITLES.read_bytes()))
        assert find_films(compressed, {"gladiator"}) == find_films(TITLES, {"gladiator"})

    def test_quotes_mean_nothing(self):
        (film,) = find_films(TITLES, {title_key('"Quoted" & Bare')})[title_key('"Quoted" & Bare')]
        assert film.title == '"Quoted" & Bare'
        assert film.listed_genres is None

    def test_the_original_title_counts(self):
        (film,) = find_films(TITLES, {title_key("Le fabuleux destin d'Amélie Poulain")}).popitem()[1]
        assert film.genres == ("Comedy", "Romance")

    def test_musical_is_one_of_the_ten_and_music_is_not(self):
        films = find_films(TITLES, {title_key("The Sound of Music"), title_key("This Is Spinal Tap")})
        genres = {key: film.genres for key, (film,) in films.items()}
        assert genres == {"sound of music": ("Drama", "Musical"), "this is spinal tap": ("Comedy",)}

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "lacks the columns tconst"),
            (b"tconst\ttitleType\tprimaryTitle\toriginalTitle\tstartYear\n", "lacks the column genres"),
            (TITLES.read_bytes() + b"tt1\tmovie\n", "line 19 has 2 fields, not 9"),
            (TITLES.read_bytes().replace(b"2019", b"soon"), "'soon' isn't a year"),
            (b"\xff\xfe", "isn't IMDb's list of titles"),
        ],
    )
    def test_another_file_is_refused(self, tmp_path, content, reason):
        listing = tmp_path / "titles.tsv"
        listing.write_bytes(content)
        with pytest.raises(CorpusError, match=reason.replace("(", r"\(")):
            find_films(listing, {"1917"})

    def test_a_torn_download_is_refused(self, tmp_path):
        listing = tmp_path / "title.basics.tsv.gz"
        listing.write_bytes(gzip.compress(TITLES.read_bytes())[:-40])
        with pytest.raises(CorpusError):
            find_films(listing, {"1917"})


class TestMatching:
    def test_title_and_year_are_enough(self):
        best = candidates("Gladiator (Music from the Motion Picture) [2000]")[0]
        assert (best.film.id, best.doubts) == ("tt0172495", ())
        assert best.confidence >= CERTAIN

    def test_the_year_tells_remakes_apart(self):
        found = candidates("Metropolis (2001)")
        assert [candidate.film.id for candidate in found] == ["tt0293416", "tt0017136"]
        assert found[0].confidence >= CERTAIN > found[1].confidence
        assert "the album is of 2001" in found[1].doubts

    @pytest.mark.parametrize(
        ("name", "doubt"),
        [
            ("Gladiator OST", "no year to compare"),
            ("Undated Film (1990)", "no year to compare"),
            ("Dune (2000)", "is a series"),
            ("Far Cry (2004)", "is a game"),
            ("Gladiator - The Collection (2000)", "the name sounds like a compilation"),
            ('"Quoted" & Bare (1999)', "IMDb names no genre"),
        ],
    )
    def test_what_is_uncertain_is_left_for_a_person(self, name, doubt):
        found = candidates(name)
        assert any(doubt in candidate.doubts for candidate in found)
        assert all(candidate.confidence < CERTAIN for candidate in found)

    def test_a_name_in_the_tags_counts(self):
        assert candidates("Gladiator (2000)", "CD rip 17")[0].confidence >= CERTAIN

    def test_unknown_titles_have_no_candidates(self):
        assert candidates("My Holiday Mix") == []


class TestReview:
    def test_a_persons_word_is_kept_and_counts(self, tmp_path):
        one = album("Gladiator OST")
        found = [(one, match_album(one, find_films(TITLES, wanted_titles([one]))))]
        listing = tmp_path / "films.csv"
        write_review(listing, found)
        assert read_labels(listing) == {}
        rows = list(csv.DictReader(listing.read_text(encoding="utf-8").splitlines()))
        for row in rows:
            row["decision"] = "yes" if row["year"] == "2000" else "no"
        with listing.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        write_review(listing, found)
        labels = read_labels(listing)
        assert labels[one.folder].imdb == "tt0172495"
        (track,) = label_albums([one], labels)
        assert track.soundtrack == "film:tt0172495"
        assert track.genres == ("Action", "Adventure", "Drama")

    def test_two_films_for_one_album_are_refused(self, tmp_path):
        one = album("Metropolis (2001)")
        listing = tmp_path / "films.csv"
        write_review(listing, [(one, match_album(one, find_films(TITLES, wanted_titles([one]))))])
        rows = listing.read_text(encoding="utf-8").splitlines()
        both = [rows[0], "yes" + rows[1].removeprefix("auto"), "yes" + rows[2]]
        listing.write_text("\n".join(both), encoding="utf-8")
        with pytest.raises(CorpusError, match="a second film is accepted"):
            read_labels(listing)

    def test_names_are_no_formulas(self, tmp_path):
        one = album("=HYPERLINK(1)")
        write_review(tmp_path / "films.csv", [(one, [])])
        (row,) = csv.DictReader((tmp_path / "films.csv").read_text(encoding="utf-8").splitlines())
        assert row["album"].startswith("'=")
        assert row["doubts"] == "no film of this title"

    def test_an_unknown_decision_is_refused(self, tmp_path):
        listing = tmp_path / "films.csv"
        listing.write_text(",".join(COLUMNS) + "\nmaybe" + "," * (len(COLUMNS) - 1) + "\n", encoding="utf-8")
        with pytest.raises(CorpusError, match="line 2: decision 'maybe'"):
            read_labels(listing)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Soundtracks as people keep them: an album of two discs, one with a year, one without a film."""
    tone = [0.1, -0.1] * 400
    for name in (
        "Hans Zimmer - Gladiator (2000)/CD 1/01 Progeny.flac",
        "Hans Zimmer - Gladiator (2000)/Disc 2/01 Elysium.flac",
        "2001 - Metropolis (Original Soundtrack)/01.wav",
        "Holiday Mix/song.flac",
    ):
        path = tmp_path / "soundtracks" / name
        path.parent.mkdir(parents=True)
        soundfile.write(path, tone, 8000)
    return tmp_path / "soundtracks"


def test_discs_belong_to_their_album(library):
    albums = {album.folder.name: len(album.files) for album in find_albums(library)}
    assert albums == {
        "2001 - Metropolis (Original Soundtrack)": 1,
        "Hans Zimmer - Gladiator (2000)": 2,
        "Holiday Mix": 1,
    }


def test_the_command_labels_what_is_certain(library, tmp_path):
    config = tmp_path / "run.toml"
    config.write_text(
        f"[corpus]\nsources = ['films']\n[films]\nsoundtracks = '{library}'\ntitles = '{TITLES}'\n"
        f"review = '{tmp_path / 'films.csv'}'\n",
        encoding="utf-8",
    )
    result = CliRunner(env={"COLUMNS": "200"}).invoke(main, ["corpus", "--config", str(config)])
    assert result.exit_code == 0, result.output
    assert "3 albums: 2 labelled, 1 without a film" in result.output
    labels = read_labels(tmp_path / "films.csv")
    assert sorted(label.imdb for label in labels.values()) == ["tt0172495", "tt0293416"]


def test_a_library_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CorpusError, match="isn't a folder"):
        find_albums(tmp_path / "nowhere")
