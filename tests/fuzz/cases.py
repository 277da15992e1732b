"""The cases of a campaign: every one follows from the campaign's number and its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tests.fuzz.mutations import case_random, mutate
from tests.fuzz.seeds import Seed
from tests.fuzz.structure import find_layout

_EVERY_BYTE = 600
"""A file is cut at every byte up to here, and about every field behind it."""


class Case(NamedTuple):
    """A damaged file: `name` is unique in a campaign and ends with the extension, `done` says what was done to it."""

    name: str
    format: str
    done: str
    data: bytes


def make_mutations(seeds: Sequence[Seed], campaign: int, numbers: Iterable[int]) -> Iterator[Case]:
    """Seeds with structure-aware damage, each seed as often as any other."""
    for number in numbers:
        chance = case_random(campaign, number)
        seed = seeds[number % len(seeds)]
        data, done = mutate(seed, seeds, chance)
        yield Case(f"m{number:06} {seed.name}.{seed.extension}", seed.format, done, data)


def make_truncations(seeds: Sequence[Seed], n_cases: int | None = None) -> Iterator[Case]:
    """Seeds cut off at every byte of their header, or `n_cases` of all these evenly spread."""
    places = [(seed, end) for seed in seeds for end in _ends(seed)]
    n_cut = len(places) if n_cases is None else min(n_cases, len(places))
    for number in range(n_cut):
        seed, end = places[number * len(places) // n_cut]
        yield Case(f"t{number:06} {seed.name}.{seed.extension}", seed.format, f"cut at {end}", seed.data[:end])


def _ends(seed: Seed) -> list[int]:
    layout = find_layout(seed.structure, seed.data)
    ends = set(range(min(layout.header_end, _EVERY_BYTE)))
    ends.update(field.start + extra for field in layout.fields for extra in range(field.n_bytes + 1))
    ends.update(len(seed.data) - tail for tail in range(1, 40))
    return sorted(end for end in ends if 0 <= end < len(seed.data))
