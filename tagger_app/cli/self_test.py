"""`cuefit self-test`."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import click
from rich.console import Console

from tagger_app.cli.demo import demo_cues
from tagger_app.cli.options import bundle_option, unused_index_option
from tagger_app.cli.output import count_of, open_console, print_failures
from tagger_app.cli.program import SOME_FAILED, UNUSABLE
from tagger_app.ensemble.bundle import Bundle, load_bundle
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.errors import FileError
from tagger_app.handoff.bins import BinItem
from tagger_app.handoff.timeline import FRAME_RATES, render_edl, render_fcp_xml
from tagger_app.paths import resource_path
from tagger_app.scan.listen import listen
from tagger_app.scan.self_test import TOLERANCE, deviations, golden_fits, read_golden, write_golden


@click.command("self-test")
@bundle_option
@unused_index_option
@click.option(
    "--write-golden", "golden_folder", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER", hidden=True
)
def command(bundle: str | None, golden_folder: Path | None) -> None:
    """Check this installation: decode every demo cue, run every model, compare with what they should say."""
    console = open_console()
    if golden_folder:
        _write_golden(golden_folder, console)
        return
    chosen = choose_bundle(bundle)
    console.print(f"Models {chosen.id}: all files are there and as they were made")
    agrees = _compare(chosen, console)
    failures = _hear_all(chosen, console)
    _write_timelines(console)
    print_failures(open_console(errors=True), "couldn't be read", failures)
    if failures:
        sys.exit(SOME_FAILED)
    if not agrees:
        sys.exit(UNUSABLE)
    console.print("All is well.")


def _write_golden(folder: Path, console: Console) -> None:
    cue = next(cue.path for cue in demo_cues() if cue.path.suffix == ".flac")  # exact on every machine
    golden = write_golden(load_bundle(folder), cue)
    console.print(f"{count_of(len(golden.fits), 'fit')} of {golden.cue} written")


def _compare(bundle: Bundle, console: Console) -> bool:
    """Whether the fits of the golden cue are what they were when the bundle was made."""
    golden = read_golden(bundle)
    if golden is None:
        console.print("  this bundle has no golden fits to compare with")
        return True
    different = deviations(golden, golden_fits(bundle, resource_path("demo", golden.cue)))
    largest = max(different.values(), default=math.inf)
    if largest <= TOLERANCE:
        console.print(f"{golden.cue}: {count_of(len(different), 'fit')} as they should be (within {largest:.4f})")
        return True
    wrong = ", ".join(genre for genre, difference in different.items() if difference > TOLERANCE)
    open_console(errors=True).print(f"{golden.cue}: other fits than on the machine that made the models: {wrong}")
    return False


def _hear_all(bundle: Bundle, console: Console) -> list[tuple[str, str]]:
    """Listen to every demo cue in worker processes, as a scan does."""
    paths = [str(cue.path) for cue in demo_cues()]
    failures = []
    codecs = set()
    for path, heard in listen(paths, bundle):
        if isinstance(heard, FileError):
            failures.append((path, heard.reason))
        elif heard.analysis.scores is None:
            failures.append((path, heard.analysis.unscored))
        else:
            codecs.add(heard.analysis.codec)
    console.print(f"{count_of(len(paths) - len(failures), 'demo cue')} heard: {', '.join(sorted(codecs))}")
    return failures


def _write_timelines(console: Console) -> None:
    """Render the demo cues for editing systems: the formats are looked for only when one is asked for."""
    items = [BinItem(file=cue.path.as_uri(), title=cue.title, duration_s=20.0) for cue in demo_cues()]
    for render in (render_edl, render_fcp_xml):
        render(items, "Cuefit demo", FRAME_RATES[0])
    console.print("EDL and Final Cut Pro XML can be written")
