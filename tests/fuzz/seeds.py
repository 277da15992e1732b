"""Small real files of every format, whole, with every kind of tag: what the campaign damages."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import mutagen
from mutagen.asf import ASF, ASFByteArrayAttribute
from mutagen.flac import FLAC, Picture, SeekPoint, SeekTable
from mutagen.mp4 import MP4, MP4Cover

from tests.sound_samples import FFMPEG_KINDS, SNDFILE_KINDS, extension_of, write_music
from tests.tagging.tag_samples import id3_frame, id3_tag, make_audio, make_fragmented_m4a

_RATE_HZ = 22_050
_SECONDS = 1.3
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)


class Seed(NamedTuple):
    """A whole file; `structure` names the walker of `structure.py`."""

    name: str
    extension: str
    structure: str
    data: bytes

    @property
    def format(self) -> str:
        """The part of the name that the report counts by."""
        return self.name.partition(" ")[0]


def make_seeds(folder: Path) -> list[Seed]:
    """All seeds; `folder` is for files that encoders must write to."""
    plain = {kind: _encode(folder, kind) for kind in (*SNDFILE_KINDS, *FFMPEG_KINDS)}
    mp3 = plain["mp3"]
    untagged_wavpack = plain["wavpack"].partition(b"APETAGEX")[0]
    return [
        Seed("mp3", "mp3", "mpeg", mp3),
        Seed("mp3 with ID3v2.2", "mp3", "mpeg", _id3v22() + mp3),
        Seed("mp3 with ID3v2.3", "mp3", "mpeg", _id3v23() + mp3 + _id3v1()),
        Seed("mp3 with ID3v2.4", "mp3", "mpeg", _id3v24() + mp3),
        Seed("mp3 with APE", "mp3", "mpeg", mp3 + ape_tag({"Title": b"Dawn", "FILMGENRE": b"Drama"}) + _id3v1()),
        Seed("mp2", "mp2", "mpeg", plain["mp2"]),
        Seed("aac", "aac", "mpeg", plain["adts"]),
        Seed("aac with ID3v2.3", "aac", "mpeg", _id3v23() + plain["adts"]),
        Seed("wav", "wav", "riff", plain["wav16"]),
        Seed("wav with chunks", "wav", "riff", _broadcast_wav(plain["wav24"])),
        Seed("wav of floats", "wav", "riff", plain["wav32f"]),
        Seed("rf64", "wav", "riff", plain["rf64"]),
        Seed("bw64 with ID3", "wav", "riff", _with_chunks(b"BW64" + plain["rf64"][4:], [(b"id3 ", _id3v24())])),
        Seed("w64", "w64", "w64", plain["w64"]),
        Seed("caf", "caf", "caf", plain["caf"]),
        Seed("aiff", "aiff", "aiff", plain["aiff"]),
        Seed("aiff with ID3", "aif", "aiff", _tagged_aiff(plain["aiff"])),
        Seed("flac", "flac", "flac", plain["flac"]),
        Seed("flac with picture", "flac", "flac", _tagged_flac(plain["flac24"])),
        Seed("flac behind ID3", "flac", "flac", _id3v23() + plain["flac"]),
        Seed("vorbis", "ogg", "ogg", _tagged_ogg(folder, plain["vorbis"], "ogg")),
        Seed("opus", "opus", "ogg", _tagged_ogg(folder, plain["opus"], "opus")),
        Seed("oggflac", "oga", "ogg", make_audio(folder, "oggflac", seconds=_SECONDS).read_bytes()),
        Seed("m4a", "m4a", "mp4", _tagged_m4a(plain["aac"])),
        Seed("alac", "m4a", "mp4", _tagged_m4a(plain["alac"])),
        Seed("m4a in fragments", "m4a", "mp4", make_fragmented_m4a(folder).read_bytes()),
        Seed("wma", "wma", "asf", _tagged_wma(plain["wma"])),
        Seed("wavpack", "wv", "wavpack", plain["wavpack"]),
        Seed("wavpack with APE", "wv", "wavpack", untagged_wavpack + ape_tag({"Artist": b"A\0B"})),
        Seed("tta", "tta", "tta", plain["tta"]),
        Seed("tta behind ID3", "tta", "tta", _id3v24() + plain["tta"]),
        Seed("ape", "ape", "monkey", _monkeys_audio()),
    ]


def _encode(folder: Path, kind: str) -> bytes:
    path = folder / f"plain-{kind}.{extension_of(kind)}"
    rate_hz = {"opus": 24_000, "mp2": 44_100}.get(kind, _RATE_HZ)
    return write_music(path, _SECONDS, kind, rate_hz=rate_hz, n_channels=2 if kind == "mp2" else 1).read_bytes()


def _id3v22() -> bytes:
    frames = [
        id3_frame("TT2", b"\0Dawn", 2),
        id3_frame("TXX", b"\1\xff\xfeF\0O\0O\0\0\0\xff\xfeB\0", 2),
        id3_frame("PIC", b"\0PNG\3\0" + PIXEL, 2),
        id3_frame("TXX", b"\0FILMGENRE_DRAMA\x000.50", 2),
    ]
    return id3_tag(frames, 2, padding=100)


def _id3v23() -> bytes:
    frames = [
        id3_frame("TIT2", b"\1\xff\xfeD\0a\0w\0n\0"),
        id3_frame("TPE1", b"\0Artist"),
        id3_frame("TXXX", b"\1\xff\xfeF\0I\0L\0M\0G\0E\0N\0R\0E\0\0\0\xff\xfeD\0"),
        id3_frame("TXXX", struct.pack(">I", 12) + zlib.compress(b"\0NAME\0packed"), flags=b"\0\x80"),
        id3_frame("APIC", b"\0image/png\0\3cover\0" + PIXEL),
        id3_frame("PRIV", b"owner\0\xff\0\xff\0"),
    ]
    return id3_tag(frames, 3, padding=200)


def _id3v24() -> bytes:
    text = zlib.compress(b"\3FILMGENRE_USER\0Thriller\0-Comedy")
    frames = [
        id3_frame("TIT2", b"\3Dawn\0Dusk", 4),
        id3_frame("TXXX", struct.pack(">I", 31) + text, 4, flags=b"\0\x09"),
        id3_frame("APIC", b"\3image/png\0\3\0" + PIXEL.replace(b"\xff", b"\xff\0"), 4, flags=b"\0\2"),
        id3_frame("CHAP", b"one\0" + bytes(16) + id3_frame("TIT2", b"\3Part", 4), 4),
    ]
    return id3_tag(frames, 4, padding=50)


def _id3v1() -> bytes:
    return struct.pack("3s30s30s30s4s30sB", b"TAG", b"Dawn", b"Artist", b"Album", b"1999", b"words", 24)


def ape_tag(items: dict[str, bytes], *, n_items: int | None = None) -> bytes:
    """An APEv2 tag with header and footer."""
    rendered = [struct.pack("<2I", len(value), 0) + key.encode() + b"\0" + value for key, value in items.items()]
    body = b"".join(rendered)
    count = len(items) if n_items is None else n_items
    ends = [
        b"APETAGEX" + struct.pack("<4I8x", 2000, len(body) + 32, count, flags) for flags in (0xA0000000, 0x80000000)
    ]
    return ends[0] + body + ends[1]


def riff_chunk(name: bytes, data: bytes) -> bytes:
    """One chunk of a RIFF file, padded."""
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def _with_chunks(data: bytes, chunks: list[tuple[bytes, bytes]]) -> bytes:
    extended = data + b"".join(riff_chunk(name, content) for name, content in chunks)
    if data[:4] == b"RIFF":
        return extended[:4] + struct.pack("<I", len(extended) - 8) + extended[8:]
    return extended[:20] + struct.pack("<Q", len(extended) - 8) + extended[28:]


def _broadcast_wav(data: bytes) -> bytes:
    info = b"INFO" + riff_chunk(b"INAM", b"Dawn\0") + riff_chunk(b"IART", b"Artist\0\0")
    chunks = [
        (b"bext", b"A scene".ljust(256, b"\0") + bytes(346) + b"A=PCM\r\n"),
        (b"iXML", b"<BWFXML><SCENE>1</SCENE></BWFXML>"),
        (b"cue ", struct.pack("<I", 1) + struct.pack("<II4sIII", 1, 100, b"data", 0, 0, 100)),
        (b"LIST", info),
        (b"id3 ", _id3v23()),
    ]
    return _with_chunks(data, chunks)


def _tagged_aiff(data: bytes) -> bytes:
    tag = _id3v24() + bytes(len(_id3v24()) % 2)
    extended = data + b"NAME" + struct.pack(">I", 4) + b"Dawn" + b"ID3 " + struct.pack(">I", len(tag)) + tag
    return extended[:4] + struct.pack(">I", len(extended) - 8) + extended[8:]


def _tagged_flac(data: bytes) -> bytes:
    def tag(file: io.BytesIO) -> None:
        flac = FLAC(file)
        flac["title"] = ["Dawn"]
        flac["filmgenre_drama"] = ["0.50"]
        picture = Picture()
        picture.data, picture.mime, picture.type = PIXEL, "image/png", 3
        picture.width = picture.height = 1
        flac.add_picture(picture)
        table = SeekTable(None)
        table.seekpoints = [SeekPoint(0, 0, 4096)]
        flac.metadata_blocks.append(table)
        flac.seektable = table
        file.seek(0)
        flac.save(file, padding=lambda info: 300)

    return _edited(data, tag)


def _tagged_ogg(folder: Path, data: bytes, extension: str) -> bytes:
    path = folder / f"tagged.{extension}"
    path.write_bytes(data)
    ogg = mutagen.File(path)
    ogg["title"] = ["Dawn"]
    ogg["filmgenre"] = ["Drama", "Comedy"]
    ogg["metadata_block_picture"] = ["AAAAAwAAAAlpbWFnZS9wbmcAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
    ogg.save()
    return path.read_bytes()


def _tagged_m4a(data: bytes) -> bytes:
    def tag(file: io.BytesIO) -> None:
        mp4 = MP4(file)
        if mp4.tags is None:
            mp4.add_tags()
        mp4["\xa9nam"] = ["Dawn"]
        mp4["----:com.apple.iTunes:FILMGENRE"] = [b"Drama", b"Comedy"]
        mp4["covr"] = [MP4Cover(PIXEL, MP4Cover.FORMAT_PNG)]
        file.seek(0)
        mp4.save(file, padding=lambda info: 200)

    return _edited(data, tag)


def _tagged_wma(data: bytes) -> bytes:
    def tag(file: io.BytesIO) -> None:
        asf = ASF(file)
        asf["Title"] = ["Dawn"]
        asf["FILMGENRE"] = ["Drama", "Comedy"]
        asf["WM/Picture"] = [ASFByteArrayAttribute(b"\3" + struct.pack("<I", len(PIXEL)) + PIXEL)]
        file.seek(0)
        asf.save(file, padding=lambda info: 100)

    return _edited(data, tag)


def _edited(data: bytes, edit: Callable[[io.BytesIO], None]) -> bytes:
    file = io.BytesIO(data)
    edit(file)
    return file.getvalue()


def _monkeys_audio() -> bytes:
    """A header of Monkey's Audio 3.99, without audio: nothing here can encode it, and readers of its header count."""
    descriptor = b"MAC " + struct.pack("<HH6I16x", 3990, 0, 52, 24, 4, 44, 400, 0)
    header = struct.pack("<HHIIIHHI", 2000, 0, 73_728, 9_000, 1, 16, 1, 44_100)
    return descriptor + header + struct.pack("<I", 124) + bytes(44) + b"\x5a" * 400
