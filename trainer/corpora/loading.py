"""The corpora that a configuration names, as one list of labelled tracks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

from tagger_app.paths import resource_path
from trainer.configuration import Configuration
from trainer.corpora.albums import find_albums
from trainer.corpora.corrections import apply_corrections, read_file_corrections, read_index_corrections
from trainer.corpora.grouping import unite_soundtracks
from trainer.corpora.jamendo import Part, load_jamendo
from trainer.corpora.manifest import load_manifest
from trainer.corpora.review import label_albums, read_labels
from trainer.corpora.tracks import CorpusTrack, demo_pieces, load_debian, load_free_cues
from trainer.errors import CorpusError


def load_tracks(configuration: Configuration) -> list[CorpusTrack]:
    """All tracks of the named corpora that training may hear, each file once, in the order of the sources.

    Cues of the demo, and other versions of the same pieces, are left out: the demo must be music that no model has
    heard. Soundtracks that share a piece are one. Corrections are laid over everything else.

    Raises
    ------
    CorpusError
        A list is missing or damaged, or no track is left.
    ResourceError
        The list of the demo cues is missing: training on the demo by accident must not go unnoticed.
    LibraryIndexError
        The index that corrections are read from can't be.
    """
    by_path = {track.path.absolute(): track for track in _gather(configuration)}
    held_back = demo_pieces(resource_path("demo", "cues.csv"))
    tracks = [track for track in by_path.values() if track.piece is None or track.piece not in held_back]
    if "corrections" in configuration.corpus.sources:
        settings = configuration.corrections
        corrections = read_index_corrections(settings.index) if settings.index else {}
        corrections.update(read_file_corrections(settings.folders))
        tracks = apply_corrections(tracks, corrections, settings.weight)
    if not tracks:
        names = ", ".join(configuration.corpus.sources)
        raise CorpusError(configuration.corpus.tiles, f"there is nothing to learn from: {names} hold no labelled track")
    soundtracks = unite_soundtracks([track.soundtrack for track in tracks], [[track.piece for track in tracks]])
    return [replace(track, soundtrack=soundtrack) for track, soundtrack in zip(tracks, soundtracks, strict=True)]


def _gather(configuration: Configuration) -> Iterator[CorpusTrack]:
    corpus = configuration.corpus
    for source in corpus.sources:
        match source:
            case "debian":
                yield from load_debian(corpus.audio)
            case "free_cues":
                yield from load_free_cues(corpus.free_cues)
            case "manifest":
                yield from load_manifest(configuration.manifest.file)
            case "films":
                films = configuration.films
                if not films.review.exists():
                    raise CorpusError(films.review, "isn't there; `cuefit-trainer corpus` writes it")
                yield from label_albums(find_albums(films.soundtracks), read_labels(films.review))
            case "jamendo":
                for part in get_args(Part):
                    listing = configuration.jamendo.lists / f"autotagging_moodtheme-{part}.tsv"
                    yield from load_jamendo(listing, configuration.jamendo.audio, part)
            case "corrections":
                pass  # laid over the others once they are all there
