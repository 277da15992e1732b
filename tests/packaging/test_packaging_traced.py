from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from traced import Access, Allowed, can_trace, read_accesses, traced

ALLOWED = Allowed((Path("/opt/Cuefit"),), (Path("/tmp/user"),))

LOG = r"""
100 execve("/opt/Cuefit/cuefit", ["/opt/Cuefit/cuefit", "--version"], 0x7ffd /* 9 vars */) = 0
100 openat(AT_FDCWD</tmp/user>, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC) = 3</etc/ld.so.cache>
100 openat(AT_FDCWD</tmp/user>, "/opt/Cuefit/_internal/missing.so", O_RDONLY) = -1 ENOENT (No such file or directory)
101 openat(AT_FDCWD</tmp/user>, "/tmp/user/M\303\274sik/a.wav", O_RDWR|O_CREAT, 0644 <unfinished ...>
102 mkdir("/tmp/user/home/.local", 0777) = 0
101 <... openat resumed>) = 5</tmp/user/M\303\274sik/a.wav>
102 rename("/tmp/user/a", "/tmp/user/b") = 0
102 mkdirat(7</tmp/user/home>, "below", 0777) = 0
102 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 9<UNIX-STREAM:[1]>
102 +++ exited with 0 +++
"""


def test_calls_are_read():
    accesses = list(read_accesses(LOG.splitlines()))
    assert accesses == [
        Access("/opt/Cuefit/cuefit", False, "execve"),
        Access("/etc/ld.so.cache", False, "openat"),
        Access("/tmp/user/home/.local", True, "mkdir"),
        Access("/tmp/user/Müsik/a.wav", True, "openat"),
        Access("/tmp/user/a", True, "rename"),
        Access("/tmp/user/b", True, "rename"),
        Access("/tmp/user/home/below", True, "mkdirat"),
        Access("AF_UNIX", False, "socket"),
    ]
    assert not [complaint for access in accesses if (complaint := ALLOWED.complaint(access))]


@pytest.mark.parametrize(
    "access",
    [
        Access("/usr/lib/python3/dist-packages/numpy/__init__.py", False, "openat"),
        Access("/usr/lib/python3.11/os.py", False, "openat"),
        Access("/usr/local/lib/libx.so", False, "openat"),
        Access("/home/developer/cuefit/resources/demo/cues.csv", False, "openat"),
        Access("/opt/Cuefit/_internal/__pycache__/x.pyc", True, "openat"),
        Access("/opt/Cuefit-other/cuefit", False, "execve"),
        Access("/etc/cuefit.conf", True, "openat"),
        Access("/tmp/elsewhere", True, "mkdir"),
        Access("AF_INET", False, "socket"),
        Access("AF_INET6", False, "socket"),
    ],
)
def test_what_is_not_allowed_is_named(access):
    assert access.path in ALLOWED.complaint(access)


@pytest.mark.parametrize("path", ["/dev/null", "pipe:[123]", "/proc/self/maps", "/usr/share/fonts/a.ttf", "/dev/shm/x"])
def test_the_systems_own_may_be_read(path):
    assert ALLOWED.complaint(Access(path, False, "openat")) == ""


@pytest.mark.skipif(not can_trace(), reason="no strace that may trace")
def test_a_real_program_is_seen(tmp_path):
    secret = tmp_path / "größer.txt"
    script = f"import socket; open({str(secret)!r}, 'w'); socket.socket(socket.AF_INET)"
    log = tmp_path / "log"
    subprocess.run(traced([sys.executable, "-S", "-c", script], log), check=True)
    accesses = list(read_accesses(log.read_text(encoding="utf-8").splitlines()))
    assert Access(str(secret), True, "openat") in accesses
    assert any(access.path == "AF_INET" for access in accesses)
