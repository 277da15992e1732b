"""The command line of the trainer: `cuefit-trainer COMMAND --config FILE.toml`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from tagger_app.errors import displayable
from tagger_app.features.spec import FeatureSpec
from trainer import corpus_command, report_command, search_command
from trainer.configuration import Configuration, load_configuration
from trainer.console import CommandGroup, config_option, print_table, progress_bar
from trainer.corpora.loading import load_tracks
from trainer.corpora.report import find_duplicates
from trainer.corpora.tables import print_amounts
from trainer.corpora.tracks import CorpusTrack, unite_shared_streams
from trainer.errors import CorpusError
from trainer.native_messages import native_messages_to
from trainer.tiles.cache import TileCache, TileFailure, TileRecord
from trainer.tiles.filling import fill, pending_paths

if TYPE_CHECKING:
    from trainer.bundle.finetuning import Change

PAPER_TABLES = (("fully_connected", "softmax_cnn"), ("softmax_cnn", "binary_ensemble"))
"""The comparisons of the paper's two tables."""


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Rebuild Cuefit's models from labelled soundtracks."""


main.add_command(corpus_command.command)
main.add_command(report_command.command)
main.add_command(search_command.command)


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
    tracks = load_tracks(configuration)
    paths = [track.path for track in tracks]
    cache = TileCache(settings.tiles, FeatureSpec())
    failures: list[TileFailure] = []
    with progress_bar(console) as progress:
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
@click.option(
    "--finetune-from",
    "source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="BUNDLE",
    help="Go on from the bundle in this folder, with corrections and soundtracks that it hasn't heard.",
)
@click.option("--yes", is_flag=True, help="With --finetune-from: write the bundle without asking.")
def train_command(configuration: Configuration, source: Path | None, yes: bool) -> None:
    """Train the members, measure them on soundtracks they haven't heard, and write the bundle with its report.

    An interrupted run goes on from the last member that was finished.
    """
    console = Console()
    with native_messages_to(_log(configuration)), progress_bar(console) as progress:
        task = progress.add_task("members", total=None)

        def tell(done: str, n_done: int, n_steps: int) -> None:
            progress.update(task, completed=n_done, total=n_steps)
            console.print(f"{n_done}/{n_steps} {done}", markup=False)

        def agree(changes: list[Change], n_tracks: int) -> bool:
            progress.stop()
            _print_changes(console, changes, n_tracks)
            agreed = yes or click.confirm("Train it on everything, and write it?")
            progress.start()
            return agreed

        # Keras and TensorFlow take seconds to import; the other commands do without.
        from trainer.finetune_command import finetune_bundle
        from trainer.train_command import train_bundle

        folder = finetune_bundle(configuration, source, tell, agree) if source else train_bundle(configuration, tell)
    console.print(f"bundle and report are in {folder}" if folder else "nothing was written", markup=False)


@main.command("export")
@config_option
def export_command(configuration: Configuration) -> None:
    """Write the bundle once more from what `train` kept, as after a change of [bundle]; nothing is trained."""
    console = Console()
    with native_messages_to(_log(configuration)), progress_bar(console) as progress:
        from trainer.train_command import export_bundle

        task = progress.add_task("members", total=None)
        folder = export_bundle(
            configuration, lambda _done, n_done, n_steps: progress.update(task, completed=n_done, total=n_steps)
        )
    console.print(f"bundle and report are in {folder}", markup=False)


@main.command("install")
@click.argument("folder", type=click.Path(path_type=Path))
def install_command(folder: Path) -> None:
    """Install the bundle in FOLDER for the application, which lists it beside its own from then on.

    Choose it in the settings, or by `--bundle ID` on the command line. Nothing is replaced: to go back, choose another.
    """
    from tagger_app.paths import user_bundles_path
    from trainer.bundle.installation import install_bundle

    installed = install_bundle(folder, user_bundles_path())
    Console().print(f"{installed.name} is installed in {displayable(installed)}", markup=False)


@main.command("evaluate")
@click.option(
    "--config",
    "paths",
    type=click.Path(dir_okay=False, path_type=Path),
    multiple=True,
    required=True,
    metavar="FILE.toml",
    help="Configuration of a system; give several to lay them side by side.",
)
def evaluate_command(paths: tuple[Path, ...]) -> None:
    """Train systems in every fold, and lay them side by side with the two baselines.

    What an earlier run has trained is kept, so an interrupted one goes on.
    """
    console = Console()
    configurations = [load_configuration(path) for path in paths]
    with native_messages_to(_log(configurations[0])), progress_bar(console) as progress:
        from trainer.evaluation.comparison import compare_systems, save_evaluations, tabulate, tabulate_change

        task = progress.add_task("networks", total=None)

        def tell(done: str, n_done: int, n_parts: int) -> None:
            progress.update(task, completed=n_done, total=n_parts)
            console.print(f"{n_done}/{n_parts} {done}", markup=False)

        evaluations = compare_systems(configurations, tell)
    saved = configurations[0].bundle.work / "evaluation.json"
    save_evaluations(evaluations, saved)
    print_table(console, "On soundtracks not heard, by track", tabulate(evaluations))
    by_name = {evaluation.name: evaluation for evaluation in evaluations}
    for before, after in PAPER_TABLES:
        if before in by_name and after in by_name:
            print_table(console, "F1 by class", tabulate_change(by_name[before], by_name[after]))
    console.print(f"figures are in {saved}", markup=False)


def _print_changes(console: Console, changes: Sequence[Change], n_tracks: int) -> None:
    rows = [["", "metric", "before", "after", "change"]]
    for change in changes:
        figures = [f"{change.before:.3f}", f"{change.after:.3f}", f"{change.after - change.before:+.3f}"]
        rows.append([change.genre or "all", change.metric, *figures])
    print_table(console, f"On {n_tracks} tracks that neither has learned from", rows)


@main.command("compare-features")
@config_option
def compare_features_command(configuration: Configuration) -> None:
    """Measure windows and standardisations side by side, as the feature spec was chosen.

    Fills a tile cache for each window first.
    """
    from trainer.evaluation.feature_comparison import CHOICES, compare_features

    console = Console()
    settings = configuration.corpus
    tracks = load_tracks(configuration)
    for window in dict.fromkeys(window for window, _ in CHOICES):
        cache = TileCache(settings.tiles, FeatureSpec(window=window))
        for _ in fill(cache, [track.path for track in tracks], n_workers=settings.workers):
            pass
    rows = [["window", "centred on", "ROC-AUC", "PR-AUC", "ROC-AUC, cues"]]
    for compared in compare_features(
        settings.tiles, tracks, configuration.training, configuration.bundle.work / "features"
    ):
        figures = [f"{figure:.3f}" for figure in (compared.roc_auc, compared.pr_auc, compared.roc_auc_cues)]
        rows.append([compared.window, compared.centre, *figures])
    print_table(console, "Windows and standardisations", rows)


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
    print_amounts(console, "Music in the tile cache", heard, lambda track: records[track.path].duration_s)
    n_tiles = sum(record.n_tiles for record in records.values())
    n_sounding = sum(record.n_sounding for record in records.values())
    n_streams = len({record.fingerprint for record in records.values()})
    console.print(
        f"{len(records)} tracks, {n_streams} different streams, {n_tiles} tiles, {n_sounding} of them sounding"
    )
    console.print(f"feature spec {cache.spec.fingerprint()}, in {cache.folder}", markup=False)
    copies = find_duplicates(tracks, {path: record.fingerprint for path, record in records.items()})
    for first, *others in copies:
        also = ", ".join(displayable(track.path) for track in others)
        console.print(f"heard once: {displayable(first.path)} is also {also}", style="dim", markup=False)
    for failure in failed.values():
        if not failure.is_missing:
            console.print(f"failed: {displayable(failure.path)}: {failure.reason}", style="yellow", markup=False)
    for reason, count in Counter(failure.reason for failure in failed.values()).most_common():
        console.print(f"{count} of {len(tracks)} tracks: {reason}", style="yellow", markup=False)


def _log(configuration: Configuration) -> Path:
    """What TensorFlow has to say."""
    return configuration.bundle.work / "tensorflow.log"


if __name__ == "__main__":
    main()
