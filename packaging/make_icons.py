"""Make the icons of every system from resources/icons/cuefit.svg; run by hand when that has changed.

python packaging/make_icons.py
"""

from __future__ import annotations

import struct
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).parents[1] / "resources" / "icons"
PNG_SIZES = (16, 32, 48, 64, 128, 256, 512)
ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
ICNS_TYPES = (
    *((b"icp4", 16), (b"icp5", 32), (b"ic07", 128), (b"ic08", 256), (b"ic09", 512)),
    *((b"ic11", 32), (b"ic12", 64), (b"ic13", 256), (b"ic14", 512), (b"ic10", 1024)),  # the same at twice the density
)


def render(vector: Path, size: int) -> bytes:
    """An SVG file as a PNG of `size` pixels a side."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(vector)).render(painter)
    painter.end()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(content.data())


def pack_ico(images: dict[int, bytes]) -> bytes:
    """A Windows icon file of PNGs by size: header, directory of 16-byte entries, images."""
    offset = 6 + 16 * len(images)
    directory = struct.pack("<HHH", 0, 1, len(images))
    for size, image in images.items():
        side = size % 256  # 0 stands for 256
        directory += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(image), offset)
        offset += len(image)
    return directory + b"".join(images.values())


def pack_icns(images: list[tuple[bytes, bytes]]) -> bytes:
    """A macOS icon file of PNGs by type: each with its type and its length, the 8 bytes of both included."""
    body = b"".join(kind + struct.pack(">I", 8 + len(image)) + image for kind, image in images)
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def main() -> None:
    """Write the files."""
    vector = ICONS / "cuefit.svg"
    for size in PNG_SIZES:
        (ICONS / f"cuefit-{size}.png").write_bytes(render(vector, size))
    (ICONS / "cuefit.ico").write_bytes(pack_ico({size: render(vector, size) for size in ICO_SIZES}))
    (ICONS / "cuefit.icns").write_bytes(pack_icns([(kind, render(vector, size)) for kind, size in ICNS_TYPES]))


if __name__ == "__main__":
    main()
