"""Damage that knows the format: fields set to absurd values, parts removed, repeated, nested and moved, files cut."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Sequence

from tests.fuzz.seeds import Seed
from tests.fuzz.structure import Field, Layout, find_layout, ogg_pages

_ABSURD = {
    "rate": (0, 1, 7, 999, 4_000, 8_000, 44_100, 192_000, 1_000_001, 2_000_000_000, 2**31, 2**32 - 1),
    "channels": (0, 1, 2, 3, 8, 16, 255, 256, 1_024, 65_535),
}
_NAMES = (
    b"data",
    b"fmt ",
    b"ID3 ",
    b"id3 ",
    b"LIST",
    b"moov",
    b"meta",
    b"ilst",
    b"TXXX",
    b"fLaC",
    b"OggS",
    b"RIFF",
    b"\0\0\0\0",
)
_MOST_BYTES = 4 << 20
_FEWEST_BYTES = 32

Mutation = Callable[[bytearray, Layout, random.Random, Sequence[Seed]], None]


def mutate(seed: Seed, seeds: Sequence[Seed], chance: random.Random) -> tuple[bytes, str]:
    """A damaged copy of a seed, and the names of what was done to it."""
    data = bytearray(seed.data)
    layout = find_layout(seed.structure, seed.data)
    done = []
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3))):
        mutation = chance.choices(_MUTATIONS, _WEIGHTS)[0]
        mutation(data, layout, chance, seeds)
        done.append(mutation.__name__.strip("_"))
        del data[_MOST_BYTES:]
        if len(data) < _FEWEST_BYTES:
            break
    if seed.structure == "ogg" and chance.random() < 0.8:
        mend_checksums(data)
    return bytes(data), "+".join(done)


def _set_fields(data: bytearray, layout: Layout, chance: random.Random, seeds: Sequence[Seed]) -> None:
    for _ in range(chance.choice((1, 1, 2, 4))):
        number = chance.choice(layout.fields)
        if number.start + number.n_bytes <= len(data):
            data[number.start : number.start + number.n_bytes] = _absurd(data, number, chance)


def _absurd(data: bytearray, number: Field, chance: random.Random) -> bytes:
    order = "big" if number.big_endian else "little"
    old = bytes(data[number.start : number.start + number.n_bytes])
    if number.role == "name":
        name = chance.choice((chance.choice(_NAMES), bytes([old[0] ^ 1]) + old[1:], chance.randbytes(number.n_bytes)))
        return name.ljust(number.n_bytes, b"\0")[: number.n_bytes]
    highest = 256**number.n_bytes - 1
    value = int.from_bytes(old, order)  # type: ignore[arg-type]
    remaining = len(data) - number.start
    values = [0, 1, highest, highest - 1, highest // 2, highest // 2 + 1, value + 1, value - 1, value * 2, value // 2]
    values += [
        len(data),
        remaining,
        remaining - number.n_bytes,
        chance.randint(0, highest),
        value ^ 1 << chance.randrange(8 * number.n_bytes),
    ]
    values += _ABSURD.get(number.role, ()) * 2
    return (chance.choice(values) & highest).to_bytes(number.n_bytes, order)  # type: ignore[arg-type]


def _set_bytes(data: bytearray, layout: Layout, chance: random.Random, seeds: Sequence[Seed]) -> None:
    """Any bytes of the header, whatever they mean."""
    for _ in range(chance.choice((1, 2, 8))):
        width = chance.choice((1, 2, 4, 8))
        position = chance.randrange(max(min(layout.header_end, len(data) - width), 1))
        data[position : position + width] = chance.choice((bytes(width), b"\xff" * width, chance.randbytes(width)))


def _harm_audio(data: bytearray, layout: Layout, chance: random.Random, seeds: Sequence[Seed]) -> None:
    for _ in range(chance.choice((1, 4, 32))):
        position = chance.randrange(min(layout.header_end, len(data) - 1), len(data))
        data[position] ^= 1 << chance.randrange(8)


def _blot(data: bytearray, layout: Layout, chance: random.Random, seeds: Sequence[Seed]) -> None:
    start = chance.randrange(len(data))
    length = chance.choice((16, 300, 5_000))
    data[start : start + length] = chance.choice((bytes(length), b"\xff" * length, chance.randbytes(length)))


def _cut_off(data: bytearray, layout: Layout, chance: random.Random, seeds: Sequence[Seed]) -> None:
    end = chance.randrange(layout.header_end) if chance.random() < 0.5 else chance.randrange(len(data))
    del data[max(end, 1) :]


def _remove_part(data: bytearray, layout: Layout, chance: random.Random, seeds: Sequence[Seed]) -> None:
    part = chance.choice(layout.spans)
    if part.end - part.start < len(data):
        del data[part.start : part.end]


def _repeat_part(data: bytearray, layout: Layout, chance: random.Random, seeds: Sequence[Seed]) -> None:
    part = chance.choice(layout.spans)
    data[part.end : part.end] = data[part.start : part.end] * chance.choice((1, 1, 2, 50, 1_000))


def _move_part(data: bytearray, layout: Layout, chance: random.Random, seeds: Sequence[Seed]) -> None:
    part, other = chance.choice(layout.spans), chance.choice(layout.spans)
    content = data[part.start : part.end]
    del data[part.start : part.end]
    data[other.start : other.start] = content


def _nest_part(data: bytearray, layout: Layout, chance: random.Random, seeds: Sequence[Seed]) -> None:
    """The head of a part again and again in front of it: containers in containers, frames in frames."""
    part = chance.choice(layout.spans)
    head = bytes(data[part.start : min(part.start + chance.choice((8, 10, 12, 24)), part.end)])
    data[part.start : part.start] = head * chance.choice((1, 3, 200, 20_000))


def _insert(data: bytearray, layout: Layout, chance: random.Random, seeds: Sequence[Seed]) -> None:
    places = [span.start for span in layout.spans] + [0, len(data), chance.randrange(len(data))]
    length = chance.choice((1, 2, 7, 64, 6_000))
    place = chance.choice(places)
    data[place:place] = chance.choice((bytes(length), chance.randbytes(length)))


def _splice(data: bytearray, layout: Layout, chance: random.Random, seeds: Sequence[Seed]) -> None:
    """The beginning of this file, the end of another."""
    other = chance.choice(seeds).data
    place = chance.choice((layout.header_end, chance.randrange(len(data))))
    data[place:] = other[chance.choice((0, chance.randrange(len(other)))) :]


def _borrow_tag(data: bytearray, layout: Layout, chance: random.Random, seeds: Sequence[Seed]) -> None:
    """A tag of another format in front of the file or behind it."""
    other = chance.choice([seed for seed in seeds if " " in seed.name])
    if chance.random() < 0.5:
        data[0:0] = other.data[: chance.choice((10, 128, find_layout(other.structure, other.data).header_end))]
    else:
        data += other.data[-chance.choice((32, 128, 160, 300)) :]


def mend_checksums(data: bytearray) -> None:
    """Readers pass over Ogg pages with a wrong checksum, so that damage to others would go unseen."""
    for page in list(ogg_pages(bytes(data))):
        data[page.start + 22 : page.start + 26] = bytes(4)
        checksum = 0
        for byte in data[page.start : page.end]:
            checksum = (checksum << 8 & 0xFFFFFFFF) ^ _CRC_TABLE[checksum >> 24 ^ byte]
        data[page.start + 22 : page.start + 26] = checksum.to_bytes(4, "little")


def _crc_of(byte: int) -> int:
    checksum = byte << 24
    for _ in range(8):
        checksum = (checksum << 1 ^ (0x04C11DB7 if checksum & 0x80000000 else 0)) & 0xFFFFFFFF
    return checksum


_CRC_TABLE = [_crc_of(byte) for byte in range(256)]

_WEIGHTED: dict[Mutation, int] = {
    _set_fields: 40,
    _set_bytes: 12,
    _harm_audio: 8,
    _blot: 4,
    _cut_off: 6,
    _remove_part: 6,
    _repeat_part: 5,
    _move_part: 5,
    _nest_part: 4,
    _insert: 5,
    _splice: 3,
    _borrow_tag: 5,
}
_MUTATIONS = list(_WEIGHTED)
_WEIGHTS = list(_WEIGHTED.values())


def case_random(campaign: int, number: int) -> random.Random:
    """The chance of one case, the same in every run."""
    return random.Random(zlib.crc32(f"{campaign} {number}".encode()))
