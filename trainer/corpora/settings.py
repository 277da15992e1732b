"""Where the music and its labels are: tables of a configuration file. Relative paths start at the current folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from trainer.corpora.tracks import Source


@dataclass(frozen=True)
class CorpusSettings:
    """What is learned from, and where everything lies.

    Attributes
    ----------
    sources : which of the corpora are used; each has its own settings
    audio : folder that packages are unpacked to
    free_cues : folder with the files of the free cues
    debs : folder that packages are downloaded to
    tiles : folder of the tile cache
    workers : processes that fill the cache
    time_limit_s : seconds that one file may take
    """

    sources: tuple[Source, ...] = ("debian", "free_cues")
    audio: Path = Path("corpus-audio")
    free_cues: Path = Path("free_cues")
    debs: Path = Path("corpus-debs")
    tiles: Path = Path("corpus-tiles")
    workers: int = 1
    time_limit_s: float = 300.0

    def __post_init__(self) -> None:
        if not self.sources:
            raise ValueError("sources is empty: there is nothing to learn from")
        if self.workers < 1:
            raise ValueError(f"workers is {self.workers}, but must be at least 1")
        if not self.time_limit_s > 0:
            raise ValueError(f"time_limit_s is {self.time_limit_s:g}, but must be above 0")


@dataclass(frozen=True)
class ManifestSettings:
    """The source "manifest": `file` is as `trainer.corpora.manifest` describes it."""

    file: Path = Path("corpus.csv")


@dataclass(frozen=True)
class FilmSettings:
    """The source "films": soundtrack albums labelled by IMDb's genres of their films.

    Attributes
    ----------
    soundtracks : folder with a folder an album
    titles : IMDb's `title.basics.tsv`, or the `.gz` that it is downloaded as
    review : table of candidates that `cuefit-trainer corpus` writes, and in which a person decides
    """

    soundtracks: Path = Path("soundtracks")
    titles: Path = Path("title.basics.tsv.gz")
    review: Path = Path("films.csv")


@dataclass(frozen=True)
class JamendoSettings:
    """The source "jamendo".

    Attributes
    ----------
    audio : folder of MTG-Jamendo's audio
    lists : folder with `autotagging_moodtheme-train.tsv`, `-validation.tsv` and `-test.tsv` of an official split
    """

    audio: Path = Path("mtg-jamendo")
    lists: Path = Path("mtg-jamendo/data/splits/split-0")


@dataclass(frozen=True)
class CorrectionSettings:
    """The source "corrections": an editor's own decisions, laid over the labels of all other sources.

    Attributes
    ----------
    folders : whose files are looked through for decisions in their tags
    index : of the application, looked through as well; none where it isn't set
    weight : of a corrected track in the loss, against 1
    """

    folders: tuple[Path, ...] = ()
    index: Path | None = None
    weight: float = 5.0

    def __post_init__(self) -> None:
        if self.weight <= 0:
            raise ValueError(f"weight is {self.weight:g}, but must be above 0")
