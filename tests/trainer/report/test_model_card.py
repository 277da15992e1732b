"""The model card: what Mitchell et al. ask for, and names that stay names."""

from __future__ import annotations

from datetime import date

import pytest

from trainer.report.bands import show_calibration
from trainer.report.model_card import escape_markdown, markdown_table, write_model_card
from trainer.report.ranking_curves import show_ranking


@pytest.fixture(scope="module")
def card(material) -> str:
    return write_model_card(material, [show_ranking(material), show_calibration(material)], date(2026, 11, 22))


def test_markdown_is_only_text():
    assert escape_markdown("a | b\n# <b>*[x](y)*</b>") == r"a \| b # \<b\>\*\[x\](y)\*\</b\>"
    assert markdown_table(["a|b"], [["c\nd"]]) == "| a\\|b |\n| --- |\n| c d |"


def test_it_has_the_sections_of_the_paper(card):
    heads = [line.removeprefix("## ") for line in card.splitlines() if line.startswith("## ")]
    assert heads == [
        "Model details", "Intended use", "Factors", "Metrics", "Training and evaluation data", "Quantitative analyses",
        "Limits", "Ethical considerations",
    ]  # fmt: skip


def test_it_names_data_licences_baselines_and_what_is_unknown(card):
    assert "Written on 2026-11-22 by cuefit-trainer" in card
    assert "| manifest | 0.19 | 24 | 24 |" in card
    assert "| manifest | not stated | 8 |" in card
    assert "| manifest | CC-BY-4.0 | 8 |" in card
    for name in ("prevalence alone", "logistic regression", "small"):
        assert f"| {name} |" in card
    assert "Nothing is known of Adventure, Comedy, Crime, Fantasy, Musical, Romance, Sci-Fi, Thriller" in card


def test_it_says_where_its_figures_are_no_evidence(card, load_trained):
    assert "no evidence" not in card
    leaky = load_trained("leaky", network="fully_connected", split="leaky_random")
    sections = [show_ranking(leaky), show_calibration(leaky)]
    assert "**These figures are no evidence.**" in write_model_card(leaky, sections, date(2026, 11, 22))
