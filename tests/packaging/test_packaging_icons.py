from __future__ import annotations

import struct
from pathlib import Path

import pytest

ICONS = Path(__file__).parents[2] / "resources" / "icons"


def png_size(content: bytes) -> tuple[int, int]:
    """Width and height from a PNG's header."""
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def test_the_icon_of_windows_holds_every_size():
    content = (ICONS / "cuefit.ico").read_bytes()
    zero, kind, number = struct.unpack("<HHH", content[:6])
    assert (zero, kind) == (0, 1)
    sizes = []
    for index in range(number):
        side, _, _, _, _, bits, length, offset = struct.unpack_from("<BBBBHHII", content, 6 + 16 * index)
        assert png_size(content[offset : offset + length]) == (side or 256,) * 2
        assert bits == 32
        sizes.append(side or 256)
    assert {16, 32, 48, 256} <= set(sizes)


def test_the_icon_of_macos_holds_every_size():
    content = (ICONS / "cuefit.icns").read_bytes()
    assert content[:4] == b"icns"
    assert struct.unpack(">I", content[4:8])[0] == len(content)
    sizes, offset = {}, 8
    while offset < len(content):
        length = struct.unpack_from(">I", content, offset + 4)[0]
        sizes[content[offset : offset + 4]] = png_size(content[offset + 8 : offset + length])[0]
        offset += length
    assert offset == len(content)
    assert sizes[b"ic10"] == 1024
    assert sizes[b"ic11"] == 32


@pytest.mark.parametrize("size", [16, 32, 48, 64, 128, 256, 512])
def test_pictures_have_the_size_in_their_name(size):
    assert png_size((ICONS / f"cuefit-{size}.png").read_bytes()) == (size, size)


@pytest.mark.gui
def test_the_vector_is_what_they_were_made_from():
    pytest.importorskip("PySide6")
    from PySide6.QtGui import QImage

    from make_icons import pack_icns, pack_ico, render

    drawn = QImage.fromData(render(ICONS / "cuefit.svg", 128))
    kept = QImage(str(ICONS / "cuefit-128.png"))
    different = [
        abs(getattr(drawn.pixelColor(x, y), part)() - getattr(kept.pixelColor(x, y), part)())
        for x in range(0, 128, 4)
        for y in range(0, 128, 4)
        for part in ("red", "green", "blue", "alpha")
    ]
    assert max(different) < 40  # other versions of Qt smooth edges otherwise
    assert sum(different) / len(different) < 1
    assert pack_ico({16: b"x"})[6:] == struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 32, 1, 22) + b"x"
    assert pack_icns([(b"ic07", b"xy")]) == b"icns\0\0\0\x12ic07\0\0\0\x0axy"
