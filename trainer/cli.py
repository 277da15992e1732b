"""The command line of the trainer: `cuefit-trainer COMMAND --config FILE.toml`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tagger_app.errors import CuefitError, displayable
from tagger_app.features.spec import FeatureSpec
from trainer.configuration import Configuration, load_configuration
from trainer.corpora.report import measure_corpus
from trainer.corpora.tracks import SOURCES, CorpusTrack, load_corpus, load_packaged, unite_shared_streams
from trainer.errors import CorpusError
from trainer.fetch import fetch_tracks
from trainer.tile_cache import TileCache, TileFailure, TileRecord
from trainer.tile_filling import fill, pending_paths

DEFAULT_CONFIG = Path(__file__).parent / "configs" / "default.toml"

_FOLDER = click.Path(file_okay=False, path_type=Path)


class CommandGroup(click.Group):
    """Says expected errors in one line; bugs keep their traceback."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(context)
        except CuefitError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Rebuild Cuefit's models from labelled soundtracks."""


def config_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command its `--config`; the function gets a `configuration`."""

    def load(_context: click.Context, _parameter: click.Parameter, path: Path) -> Configuration:
        try:
            return load_configuration(path)
        except CuefitError as error:
            raise click.ClickException(str(error)) from error

    option = click.option(
        "--config",
        "configuration",
        type=click.Path(dir_okay=False, path_type=Path),
        default=DEFAULT_CONFIG,
        callback=load,
        metavar="FILE.toml",
        show_default="that of the shipped bundle",
        help="Configuration of the run.",
    )
    return option(command)


@main.command("corpus")
@config_option
@click.option("--audio", type=_FOLDER, help="Folder to unpack the packages to.")
@click.option("--free-cues", type=_FOLDER, help="Folder with the files of the free cues.")
@click.option("--debs", type=_FOLDER, help="Folder to download the packages to; those there are used.")
def corpus_command(configuration: Configuration, audio: Path | None, free_cues: Path | None, debs: Path | None) -> None:
    """Fetch the open corpora and say what they have.

    Debian packages are downloaded with apt-get and unpacked without being installed; what is there already is kept, so
    an interrupted run goes on where it stopped. Folders named here win over those of the configuration.
    """
    console = Console()
    settings = configuration.corpus
    settings = replace(
        settings,
        audio=audio or settings.audio,
        free_cues=free_cues or settings.free_cues,
        debs=debs or settings.debs,
    )
    if not settings.free_cues.is_dir():
        raise CorpusError(settings.free_cues, "isn't a folder; name the one with the free cues by --free-cues")
    packaged = load_packaged()
    n_missing = 0
    with _progress(console) as progress:
        task = progress.add_task("packages", total=len({track.package for track in packaged}))
        for unpacked in fetch_tracks(packaged, settings.debs, settings.audio):
            for track, reason in unpacked.missing:
                console.print(
                    f"missing: {track.package}: {displayable(track.path)}: {reason}", style="yellow", markup=False
                )
            n_missing += len(unpacked.missing)
            progress.advance(task)
    tracks = load_corpus(settings.audio, settings.free_cues)
    absent = [track.path for track in tracks if track.source == "free_cues" and not track.path.exists()]
    for path in absent:
        console.print(f"missing: {displayable(path)}: isn't there", style="yellow", markup=False)
    _print_amounts(console, "Music by the lists, the demo left out", tracks)
    n_absent = n_missing + len(absent)
    console.print(
        f"{len(packaged) - n_missing} of {len(packaged)} tracks of packages are in {settings.audio}", markup=False
    )
    if n_absent:
        raise CorpusError(settings.audio, f"{n_absent} tracks are missing, each listed above")


@main.command("prepare")
@config_option
@click.option("--workers", type=click.IntRange(min=1), help="Processes to decode with.")
@click.option("--retry-failed", is_flag=True, help="Try files again that couldn't be decoded before.")
def prepare_command(configuration: Configuration, workers: int | None, retry_failed: bool) -> None:
    """Fill the tile cache: decode every track once, and keep what the members hear of it.

    What the cache has is kept, so an interrupted run goes on where it stopped.
    """
    console = Console()
    settings = configuration.corpus
    tracks = load_corpus(settings.audio, settings.free_cues)
    paths = [track.path for track in tracks]
    cache = TileCache(settings.tiles, FeatureSpec())
    failures: list[TileFailure] = []
    with _progress(console) as progress:
        task = progress.add_task("tracks", total=len(pending_paths(cache, paths, retry_failed=retry_failed)))
        for entry in fill(
            cache, paths, n_workers=workers or settings.workers, time_limit_s=settings.time_limit_s,
            retry_failed=retry_failed,
        ):  # fmt: skip
            if isinstance(entry, TileFailure):
                failures.append(entry)
            progress.advance(task)
    _print_prepared(console, cache, tracks, failures)


@main.command("train")
@config_option
def train_command(configuration: Configuration) -> None:
    """Train the members, measure them on soundtracks they haven't heard, and write the bundle with its report.

    An interrupted run goes on from the last member that was finished.
    """
    # Keras and TensorFlow take seconds to import; the other commands do without.
    from trainer.train_command import train_bundle

    console = Console()
    with _progress(console) as progress:
        task = progress.add_task("members", total=None)

        def tell(done: str, n_done: int, n_steps: int) -> None:
            progress.update(task, completed=n_done, total=n_steps)
            console.print(f"{n_done}/{n_steps} {done}", markup=False)

        folder = train_bundle(configuration, tell)
    console.print(f"bundle and report are in {folder}", markup=False)


@main.command("compare-features")
@config_option
def compare_features_command(configuration: Configuration) -> None:
    """Measure windows and standardisations side by side, as the feature spec was chosen.

    Fills a tile cache for each window first.
    """
    from trainer.feature_comparison import CHOICES, compare_features

    console = Console()
    settings = configuration.corpus
    tracks = load_corpus(settings.audio, settings.free_cues)
    for window in dict.fromkeys(window for window, _ in CHOICES):
        cache = TileCache(settings.tiles, FeatureSpec(window=window))
        for _ in fill(cache, [track.path for track in tracks], n_workers=settings.workers):
            pass
    table = Table("window", "centred on", "ROC-AUC", "PR-AUC", "ROC-AUC, cues")
    for compared in compare_features(settings.tiles, tracks, configuration.training):
        figures = [f"{figure:.3f}" for figure in (compared.roc_auc, compared.pr_auc, compared.roc_auc_cues)]
        table.add_row(compared.window, compared.centre, *figures)
    console.print(table)


def _print_prepared(
    console: Console, cache: TileCache, tracks: Sequence[CorpusTrack], failures: Sequence[TileFailure]
) -> None:
    records = {track.path: found for track in tracks if isinstance(found := cache.find(track.path), TileRecord)}
    known_failures = [found for track in tracks if isinstance(found := cache.find(track.path), TileFailure)]
    failed = {failure.path: failure for failure in [*known_failures, *failures] if failure.path not in records}
    if not records:
        raise CorpusError(cache.folder, "no track could be heard; run `cuefit-trainer corpus` first")
    united = unite_shared_streams(tracks, {path: record.fingerprint for path, record in records.items()})
    heard = [track for track in united if track.path in records]
    _print_amounts(console, "Music in the tile cache", heard, lambda track: records[track.path].duration_s)
    n_tiles = sum(record.n_tiles for record in records.values())
    n_sounding = sum(record.n_sounding for record in records.values())
    n_streams = len({record.fingerprint for record in records.values()})
    console.print(
        f"{len(records)} tracks, {n_streams} different streams, {n_tiles} tiles, {n_sounding} of them sounding"
    )
    console.print(f"feature spec {cache.spec.fingerprint()}, in {cache.folder}", markup=False)
    for failure in failed.values():
        if not failure.is_missing:
            console.print(f"failed: {displayable(failure.path)}: {failure.reason}", style="yellow", markup=False)
    for reason, count in Counter(failure.reason for failure in failed.values()).most_common():
        console.print(f"{count} of {len(tracks)} tracks: {reason}", style="yellow", markup=False)


def _print_amounts(
    console: Console,
    title: str,
    tracks: Sequence[CorpusTrack],
    seconds: Callable[[CorpusTrack], float] = lambda track: track.seconds,
) -> None:
    table = Table(title=title)
    table.add_column("genre")
    for source in SOURCES:
        table.add_column(f"{source}: tracks", justify="right")
        table.add_column("soundtracks", justify="right")
        table.add_column("hours", justify="right")
    for row in measure_corpus(tracks, seconds):
        cells = []
        for amount in row.amounts.values():
            cells += [str(amount.tracks), str(amount.soundtracks), f"{amount.hours:.2f}"]
        table.add_row(row.genre or "none", *cells, end_section=row.genre is None)
    console.print(table)


def _progress(console: Console) -> Progress:
    """A bar with rate and time left; quiet when not a terminal."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=console, disable=not console.is_terminal,
    )  # fmt: skip


if __name__ == "__main__":
    main()
