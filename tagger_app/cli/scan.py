"""`cuefit scan`."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

import click

from tagger_app.cli.options import FILES, bundle_option, index_option
from tagger_app.cli.output import open_console
from tagger_app.cli.program import INTERRUPTED, SOME_FAILED
from tagger_app.cli.scan_progress import follow_scan, one_interrupt, print_report
from tagger_app.cli.settings import read_settings, settings_option, tag_style
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.errors import displayable
from tagger_app.index.connection import open_for_reading
from tagger_app.index.ledger import list_roots
from tagger_app.index.tracks import known_files
from tagger_app.scan.pool import default_workers
from tagger_app.scan.scan import ScanOptions, scan


@click.command("scan")
@click.argument("paths", type=FILES, nargs=-1, required=True, metavar="PATH...")
@click.option("--write-tags", is_flag=True, help="Write the fits into the files' own tags, too.")
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Processes that listen; as the settings say, else half the cores.",
)
@click.option(
    "--priority",
    type=click.Choice(("low", "normal")),
    help="Whether they leave the processor to others or take their share; as the settings say, else low.",
)
@click.option("--retry-failed", is_flag=True, help="Try files again that failed before and haven't changed.")
@bundle_option
@settings_option
@index_option
def command(
    paths: tuple[str, ...],
    write_tags: bool,
    workers: int | None,
    priority: str | None,
    retry_failed: bool,
    bundle: str | None,
    settings_path: Path,
    index_path: Path,
) -> None:
    """Listen to everything below the PATHs that isn't known yet, and keep what is heard in the index.

    A scan can be stopped at any time, and the same command goes on from there. Unchanged files are skipped, files that
    were moved or retagged are recognised by their sound, and nothing is ever deleted from the index.
    """
    _check_paths(paths, index_path)
    settings = read_settings(settings_path)
    options = ScanOptions(
        n_workers=workers or settings.n_workers or default_workers(),
        retry_failed=retry_failed,
        write_tags=write_tags,
        tag_style=tag_style(settings),
        priority=priority or settings.priority,
    )
    errors = open_console(errors=True)
    chosen = choose_bundle(bundle)
    with one_interrupt():
        report = follow_scan(scan(paths, index_path, chosen, options), errors)
        print_report(report, open_console(), errors)
    if report.finished is None:
        sys.exit(INTERRUPTED)
    if report.has_failures:
        sys.exit(SOME_FAILED)


def _check_paths(paths: tuple[str, ...], index_path: Path) -> None:
    """Refuse a path that neither exists nor ever did: an offline root is known to the index, a misspelt one isn't."""
    for path in paths:
        if not os.path.lexists(path) and not _is_known(path, index_path):
            raise click.UsageError(f"there is no file or folder {displayable(path)}")


def _is_known(path: str, index_path: Path) -> bool:
    if not index_path.exists():
        return False
    absolute = os.path.abspath(path)  # noqa: PTH100 - bytes that aren't UTF-8 are kept
    with closing(open_for_reading(index_path)) as connection:
        return any(root.path == absolute for root in list_roots(connection)) or bool(known_files(connection, absolute))
