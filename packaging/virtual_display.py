"""An X display in memory: what is on it can be looked at, and keys can be pressed."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WIDTH, HEIGHT = 1600, 1000

# What Qt's wheel for Linux leaves to the system and its xcb plug-in is linked to: for want of one it isn't loaded, and
# Qt names libxcb-cursor0 whichever it was.
_LIBRARIES = ("EGL", "GL", "xcb-cursor", "xcb-icccm", "xcb-keysyms", "xcb-shape", "xkbcommon-x11")


def missing_tools() -> list[str]:
    """Programs that a display needs, and what Qt needs of the system to use it, that aren't here."""
    programs = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    return programs + [f"lib{name}" for name in _LIBRARIES if ctypes.util.find_library(name) is None]


class VirtualDisplay:
    """A running Xvfb.

    Attributes
    ----------
    name : value of DISPLAY
    """

    def __init__(self, name: str, frame_buffer: Path) -> None:
        self.name = name
        self._frame_buffer = frame_buffer

    def pixels(self) -> bytes:
        """All pixels, blue, green, red and padding each, row by row.

        The file is in the format of X's window dump: the size of its header, then 24 more numbers of 4 bytes, big
        endian; the 20th of all is the number of colours, 12 bytes each, between header and pixels.
        """
        content = self._frame_buffer.read_bytes()
        header = struct.unpack(">25I", content[:100])
        start = header[0] + 12 * header[19]
        return content[start : start + WIDTH * HEIGHT * 4]

    def is_blank(self) -> bool:
        """Whether nothing is there but the black root window and, perhaps, the pointer."""
        blue = self.pixels()[::4]
        return len(blue) - blue.count(0) < len(blue) // 100

    def save(self, path: Path) -> None:
        """Write what is to be seen as a PNG file."""
        pixels = self.pixels()
        colours = bytearray(WIDTH * HEIGHT * 3)
        for target, source in enumerate((2, 1, 0)):
            colours[target::3] = pixels[source::4]
        rows = b"".join(b"\0" + colours[row : row + WIDTH * 3] for row in range(0, len(colours), WIDTH * 3))
        chunks = [
            (b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(rows, 6)),
            (b"IEND", b""),
        ]
        with path.open("wb") as file:
            file.write(b"\x89PNG\r\n\x1a\n")
            for kind, content in chunks:
                file.write(struct.pack(">I", len(content)) + kind + content)
                file.write(struct.pack(">I", zlib.crc32(kind + content)))

    def press(self, window: str, *keys: str) -> None:
        """Press keys in the window whose title holds `window`; there is no window manager to give it the focus.

        Raises
        ------
        subprocess.CalledProcessError
            There is no such window, or it went away at once.
        """
        command = ["xdotool", "search", "--onlyvisible", "--name", window, "windowfocus", "--sync", "key", *keys]
        environment = {"DISPLAY": self.name, "PATH": os.environ["PATH"]}
        subprocess.run(command, env=environment, check=True, timeout=30, capture_output=True)


@contextmanager
def virtual_display() -> Iterator[VirtualDisplay]:
    """Start Xvfb on a display that is free, and end it."""
    with tempfile.TemporaryDirectory() as folder:
        reading, writing = os.pipe()
        screen = ["-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir", folder]
        command = ["Xvfb", "-displayfd", str(writing), *screen, "-nolisten", "tcp", "-noreset"]
        server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        try:
            if not number:
                raise RuntimeError("Xvfb didn't start")
            yield VirtualDisplay(f":{number}", Path(folder, "Xvfb_screen0"))
        finally:
            server.terminate()
            server.wait()
