"""What a program opened and which sockets it made, from the log of `strace -f -y`, against a list of what it may."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

CALLS = "open,openat,openat2,creat,execve,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,socket"

_SYSTEM_READ = (
    *("/bin", "/sbin", "/lib", "/lib64", "/usr/bin", "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/share", "/etc"),
    *("/usr/local/share", "/var/cache/fontconfig", "/var/lib/dbus", "/proc", "/sys", "/dev", "/run"),
)
_SYSTEM_WRITTEN = ("/dev", "/proc", "pipe:", "socket:", "anon_inode:", "/memfd:")
_PYTHON = re.compile(r"/(python[\d.]*|site-packages|dist-packages)(/|$)")
_LINE = re.compile(r"^(?P<pid>\d+) +(?P<rest>.*)$")
_RESUMED = re.compile(r"^<\.\.\. \w+ resumed>(?P<rest>.*)$")
_CALL = re.compile(r"^(?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+)(<(?P<opened>.*)>)?")
_QUOTED = re.compile(r'"(?P<text>(?:[^"\\]|\\.)*)"')
_FOLDER = re.compile(r"^(?:AT_FDCWD|\d+)<(?P<folder>[^>]*)>")


class Access(NamedTuple):
    """A file that a call opened, made, moved or removed, or the family of a socket."""

    path: str
    is_written: bool
    call: str


@dataclass(frozen=True)
class Allowed:
    """Where a program may read and write besides the system's own places.

    Attributes
    ----------
    readable : folders, such as the bundle
    writable : folders of the user's
    """

    readable: tuple[Path, ...]
    writable: tuple[Path, ...]

    def complaint(self, access: Access) -> str:
        """What is wrong with an access; empty if nothing is."""
        path = access.path
        if access.call == "socket":
            return f"a socket of {path}" if path in ("AF_INET", "AF_INET6") else ""
        if _is_below(path, map(str, self.writable)) or (
            not access.is_written and _is_below(path, map(str, self.readable))
        ):
            return ""
        if access.is_written:
            allowed = path.startswith(_SYSTEM_WRITTEN)
        else:
            allowed = path.startswith(_SYSTEM_WRITTEN) or (_is_below(path, _SYSTEM_READ) and not _PYTHON.search(path))
        return "" if allowed else f"{access.call} {'writes' if access.is_written else 'reads'} {path}"


def can_trace() -> bool:
    """Whether strace is here and may trace."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode == 0


def traced(command: list[str], log: Path) -> list[str]:
    """A command that runs another one and logs its calls, and those of all processes that it starts."""
    strace = shutil.which("strace") or "strace"
    return [
        strace,
        "-f",
        "-y",
        "-qq",
        "-s",
        "4096",
        "-e",
        f"trace={CALLS}",
        "-e",
        "signal=none",
        "-o",
        str(log),
        *command,
    ]


def read_accesses(lines: Iterable[str]) -> Iterator[Access]:
    """The calls in a log that did what they were asked to; a call that another thread interrupted is put together."""
    begun: dict[str, str] = {}
    for line in lines:
        parts = _LINE.match(line.rstrip("\n"))
        if parts is None:
            continue
        pid, rest = parts["pid"], parts["rest"]
        if rest.endswith(" <unfinished ...>"):
            begun[pid] = rest.removesuffix(" <unfinished ...>")
            continue
        if resumed := _RESUMED.match(rest):
            rest = begun.pop(pid, "") + resumed["rest"]
        call = _CALL.match(rest)
        if call is not None and int(call["result"]) >= 0:
            yield from _accesses_of(call)


def _accesses_of(call: re.Match[str]) -> Iterator[Access]:
    name, arguments = call["name"], call["arguments"]
    if name == "socket":
        yield Access(arguments.split(",")[0], False, name)
    elif name in ("open", "openat", "openat2", "creat"):
        flags = _QUOTED.sub("", arguments)
        is_written = name == "creat" or any(flag in flags for flag in ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"))
        yield Access(_decoded(call["opened"] or ""), is_written, name)
    else:
        folder = _FOLDER.match(arguments)
        texts = list(_QUOTED.finditer(arguments))
        for text in texts[:1] if name == "execve" else texts:
            path = Path(_decoded(folder["folder"]) if folder else "/", _decoded(text["text"]))
            yield Access(str(path), name != "execve", name)


def _decoded(text: str) -> str:
    """A path as strace prints it, with bytes beyond ASCII as octal numbers."""
    raw = text.removesuffix("(deleted)").encode("latin-1", "replace").decode("unicode_escape")
    return raw.encode("latin-1").decode("utf-8", "surrogateescape")


def _is_below(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder.rstrip('/')}/") for folder in folders)
