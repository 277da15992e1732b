from __future__ import annotations

import io

import click
import pytest
from click.testing import CliRunner
from rich.console import Console

from trainer.console import CommandGroup, print_table
from trainer.errors import TrainingError

ROWS = [
    ["system", *(f"figure {number}" for number in range(10))],
    ["prevalence [alone]", *(f"0.{number}25 (0.21-0.28)" for number in range(10))],
    ["multilabel", *(f"0.{number}67 (0.32-0.42)" for number in range(10))],
]


def shown(rows: list[list[str]], width: int) -> list[str]:
    file = io.StringIO()
    print_table(Console(file=file, width=width), "A title", rows)
    return file.getvalue().splitlines()


@pytest.mark.parametrize("width", [40, 80, 300])
def test_no_figure_is_cut_off(width: int) -> None:
    lines = shown(ROWS, width)
    for cell in (cell for row in ROWS for cell in row):
        assert any(cell in line for line in lines), cell
    assert not any("…" in line for line in lines)


def test_a_table_that_is_too_wide_is_laid_on_its_side() -> None:
    assert max(map(len, shown(ROWS, 80))) <= 80
    assert any("system" in line and "multilabel" in line for line in shown(ROWS, 80))
    assert any("system" in line and "figure 9" in line for line in shown(ROWS, 300))


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (TrainingError("no genre"), 1, "Error: no genre\n"),
        (KeyboardInterrupt(), 130, "stopped; the same command goes on from here\n"),
    ],
)
def test_what_is_expected_is_said_in_a_line(error: BaseException, status: int, said: str) -> None:
    @click.group(cls=CommandGroup)
    def main() -> None:
        pass

    @main.command("go")
    def go() -> None:
        raise error

    result = CliRunner().invoke(main, ["go"])
    assert (result.exit_code, result.output) == (status, said)
