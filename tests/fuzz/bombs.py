"""Files that are small, or cheap to make, and would take memory or time without end from a reader that trusts them."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator
from functools import cache

from tests.fuzz.cases import Case
from tests.fuzz.mutations import mend_checksums
from tests.fuzz.seeds import PIXEL, Seed, ape_tag, riff_chunk
from tests.fuzz.structure import ogg_pages
from tests.tagging.tag_samples import id3_frame, id3_tag

_MB = 1 << 20
_WRONG_LENGTHS = (0, 0x7FFFFFFF, 0xFFFFFFFF)


def make_bombs(seeds: list[Seed], megabytes: int = 100) -> Iterator[Case]:
    """All bombs; `megabytes` is the size of the tags that are large."""
    whole = {seed.name: seed.data for seed in seeds}
    makers = (_in_id3, _in_ape, _in_wav, _in_aiff, _in_flac, _in_ogg, _in_mp4, _in_asf, _in_wavpack)
    for maker in makers:
        for number, (done, extension, data) in enumerate(maker(whole, megabytes * _MB)):
            yield Case(f"b{number} {maker.__name__[4:]} {done}.{extension}", maker.__name__[4:], done, data)


_Bombs = Iterator[tuple[str, str, bytes]]


def _in_id3(whole: dict[str, bytes], size: int) -> _Bombs:
    mp3 = whole["mp3"]
    for version, flags in ((3, b"\0\x80"), (4, b"\0\x09")):
        for name in ("TXXX", "TIT2"):
            packed = struct.pack(">I", 0x7FFFFFFF) + _deflated_zeros(10 * size)
            yield (
                f"{name} of a gigabyte in v2.{version}",
                "mp3",
                id3_tag([id3_frame(name, packed, version, flags)], version) + mp3,
            )
    yield "picture", "mp3", id3_tag([id3_frame("APIC", b"\0image/png\0\3\0" + bytes(size))]) + mp3
    yield "title", "mp3", id3_tag([id3_frame("TIT2", b"\0" + b"A" * size)]) + mp3
    yield "description without an end", "mp3", id3_tag([id3_frame("TXXX", b"\1" + b"\xff\xfeA\0" * (size // 4))]) + mp3
    yield "field", "mp3", id3_tag([id3_frame("TXXX", b"\0FILMGENRE_USER\0" + b"A" * size)]) + mp3
    yield "frames of a byte", "mp3", id3_tag([id3_frame("TXXX", b"\0") * (size // 11)]) + mp3
    yield "bytes to synchronise", "mp3", id3_tag([id3_frame("PRIV", b"\xff\0" * (size // 2))], flags=0x80) + mp3
    yield "tag in tag in tag", "mp3", id3_tag([]) * 20_000 + mp3
    picture = id3_frame("APIC", b"\0image/png\0\3\0" + bytes(100))
    yield "picture longer than its tag", "mp3", id3_tag([picture[:4] + b"\x0f\xff\xff\xff" + picture[8:]]) + mp3


def _deflated_zeros(size: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(bytes(_MB)) for _ in range(size // _MB)), packer.flush()])


def _in_ape(whole: dict[str, bytes], size: int) -> _Bombs:
    mp3, wavpack = whole["mp3"], whole["wavpack"]
    yield "picture", "mp3", mp3 + ape_tag({"Cover Art (Front)": bytes(size)})
    for claimed in _WRONG_LENGTHS:
        tag = bytearray(ape_tag({"Cover Art (Front)": b"front.png\0" + PIXEL}))
        length = tag.index(b"Cover Art") - 8
        tag[length : length + 4] = struct.pack("<I", claimed)
        yield f"picture of {claimed} bytes", "wv", wavpack + bytes(tag)
    yield "field", "wv", wavpack + ape_tag({"FILMGENRE_USER": b"A" * size})
    yield "items of no bytes", "wv", wavpack + _ape_of(bytes(8) + b"K\0", size // 10)
    yield "more items than bytes", "wv", wavpack + ape_tag({"Title": b"Dawn"}, n_items=0xFFFFFFFF)
    yield "larger than the file", "wv", wavpack + ape_tag({"Title": b"Dawn"})[:-20] + b"\xff\xff\xff\x7f" + bytes(16)


def _ape_of(item: bytes, n_items: int) -> bytes:
    ends = (
        b"APETAGEX" + struct.pack("<4I8x", 2000, len(item) * n_items + 32, n_items, flags)
        for flags in (0xA0000000, 0x80000000)
    )
    return (item * n_items).join(ends)


def _in_wav(whole: dict[str, bytes], size: int) -> _Bombs:
    wav = whole["wav"]
    samples = wav[44:]
    for claimed in (0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF, 1_500_000_000):
        yield f"{claimed} bytes promised", "wav", _wav(samples, size=claimed)
    yield "one sample a second", "wav", _wav(samples * 40, rate_hz=1)
    yield "65535 channels", "wav", _wav(samples * 40, n_channels=65_535)
    yield "1024 channels", "wav", _wav(samples * 40, n_channels=1_024)
    yield "chunks of no bytes", "wav", _riff(wav[12:] + riff_chunk(b"junk", b"") * (size // 8))
    nested = b""
    for _ in range(3_000):
        nested = riff_chunk(b"LIST", b"INFO" + nested)
    yield "list in list", "wav", _riff(wav[12:] + nested)
    yield (
        "picture",
        "wav",
        _riff(wav[12:] + riff_chunk(b"id3 ", id3_tag([id3_frame("APIC", b"\0image/png\0\3\0" + bytes(size))]))),
    )
    rf64 = bytearray(whole["rf64"])
    rf64[20:44] = b"\xff" * 7 + b"\x3f" + b"\xff" * 7 + b"\x3f" + b"\xff" * 7 + b"\x0f"
    yield "2**62 bytes promised", "wav", bytes(rf64)


def _wav(samples: bytes, rate_hz: int = 22_050, n_channels: int = 1, size: int | None = None) -> bytes:
    frame = 2 * n_channels % 65_536
    layout = struct.pack("<HHIIHH", 1, n_channels, rate_hz, rate_hz * frame % 2**32, frame, 16)
    length = struct.pack("<I", len(samples) if size is None else size)
    return _riff(riff_chunk(b"fmt ", layout) + b"data" + length + samples)


def _riff(chunks: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


def _in_aiff(whole: dict[str, bytes], size: int) -> _Bombs:
    aiff = whole["aiff"]
    chunks = aiff[12:] + (b"ANNO" + bytes(4)) * (size // 8)
    yield "chunks of no bytes", "aiff", b"FORM" + struct.pack(">I", len(chunks) + 4) + b"AIFF" + chunks
    nested = aiff
    for _ in range(3_000):
        nested = b"FORM" + struct.pack(">I", len(nested) + 4) + b"AIFF" + nested
    yield "form in form", "aiff", nested
    rate = aiff.index(b"COMM") + 16
    for name, value in (
        ("smallest rate", b"\x3f\xff\x80"),
        ("largest rate", b"\x7f\xfe\xff"),
        ("rate below zero", b"\xc0\x0e\xac"),
    ):
        yield name, "aiff", aiff[:rate] + value + aiff[rate + 3 :]


def _in_flac(whole: dict[str, bytes], size: int) -> _Bombs:
    flac = whole["flac"]
    streaminfo = bytearray(flac[:42])
    streaminfo[21] |= 0x0F
    streaminfo[22:26] = b"\xff" * 4
    yield "2**36 samples promised", "flac", bytes(streaminfo) + flac[42:]
    yield "days of silence", "flac", _silent_flac(200_000)
    yield "blocks of no bytes", "flac", flac[:4] + b"\0" + flac[5:42] + b"\1\0\0\0" * (size // 4) + flac[42:]
    for claimed in (0, 1, 0x7FFFFFFF, 0xFFFFFFFF):
        data = bytearray(whole["flac with picture"])
        length = data.index(b"\x89PNG") - 4
        data[length : length + 4] = struct.pack(">I", claimed)
        yield f"picture of {claimed} bytes", "flac", bytes(data)


def _silent_flac(n_frames: int) -> bytes:
    """Frames of 65,535 times the same sample, in 13 to 16 bytes each; 44.1 kHz, mono, 16 bits."""
    samples = n_frames * 65_535
    rate = 44_100 << 44 | 15 << 36 | min(samples, 2**36 - 1)
    info = struct.pack(">HH", 65_535, 65_535) + bytes(6) + rate.to_bytes(8, "big") + bytes(16)
    frames = []
    for number in range(n_frames):
        head = b"\xff\xf8\x79\x08" + _coded(number) + struct.pack(">H", 65_534)
        frame = head + bytes([_checksum(head, 0x07, 8)]) + b"\0\0\0"
        frames.append(frame + struct.pack(">H", _checksum(frame, 0x8005, 16)))
    return b"fLaC" + b"\x80" + (34).to_bytes(3, "big") + info + b"".join(frames)


def _coded(number: int) -> bytes:
    """A number as FLAC codes it: UTF-8, carried on beyond its range."""
    if number < 0x80:
        return bytes([number])
    tail = []
    while number >= (0x40 >> len(tail)) or not tail:
        tail.append(0x80 | number & 0x3F)
        number >>= 6
    return bytes([(0xFF << (7 - len(tail)) & 0xFF) | number, *reversed(tail)])


def _checksum(data: bytes, polynomial: int, n_bits: int) -> int:
    table = _table(polynomial, n_bits)
    checksum, mask = 0, (1 << n_bits) - 1
    for byte in data:
        checksum = (checksum << 8 & mask) ^ table[checksum >> n_bits - 8 ^ byte]
    return checksum


@cache
def _table(polynomial: int, n_bits: int) -> list[int]:
    table = []
    for byte in range(256):
        checksum = byte << n_bits - 8
        for _ in range(8):
            checksum = checksum << 1 ^ (polynomial if checksum >> n_bits - 1 & 1 else 0)
            checksum &= (1 << n_bits) - 1
        table.append(checksum)
    return table


def _in_ogg(whole: dict[str, bytes], size: int) -> _Bombs:
    opus = whole["opus"]
    pages = [opus[page.start : page.end] for page in ogg_pages(opus)]
    serial = pages[0][14:18]
    for name, comments in (
        ("comment", [b"TITLE=" + b"A" * (size // 10)]),
        ("field", [b"FILMGENRE_USER=" + b"A" * (size // 10)]),
        ("comments of no bytes", [b""] * (size // 40)),
        *((f"picture of {claimed} bytes", [_picture_comment(claimed)]) for claimed in _WRONG_LENGTHS),
    ):
        packet = b"OpusTags" + struct.pack("<I", 0) + struct.pack("<I", len(comments))
        packet += b"".join(struct.pack("<I", len(comment)) + comment for comment in comments)
        data = bytearray(pages[0])
        for number, start in enumerate(range(0, len(packet) + 1, 255 * 255)):
            part = packet[start : start + 255 * 255]
            segments = bytes([255]) * (len(part) // 255) + (bytes([len(part) % 255]) if len(part) < 255 * 255 else b"")
            flags, position = (1 if number else 0), (0 if len(part) < 255 * 255 else -1)
            data += struct.pack("<4sBBq", b"OggS", 0, flags, position) + serial + struct.pack("<II", number + 1, 0)
            data += bytes([len(segments)]) + segments + part
        for sequence, page in enumerate(pages[2:], number + 2):
            data += page[:18] + struct.pack("<I", sequence) + page[22:]
        mend_checksums(data)
        yield name, "opus", bytes(data)
    yield "pages of no bytes", "ogg", whole["vorbis"] + (b"OggS" + bytes(23)) * (size // 27)


def _picture_comment(claimed: int) -> bytes:
    """A picture as Vorbis comments hold it, as long as it says it is not."""
    block = struct.pack(">II9sI", 3, 9, b"image/png", 0) + struct.pack(">5I", 1, 1, 24, 0, claimed) + PIXEL
    return b"METADATA_BLOCK_PICTURE=" + base64.b64encode(block)


def _in_mp4(whole: dict[str, bytes], size: int) -> _Bombs:
    head = _atom(b"ftyp", b"M4A \0\0\0\0")
    for n_deep in (1_000, 100_000):
        nested = b"".join(struct.pack(">I4s", 8 * (n_deep - level), b"moov") for level in range(n_deep))
        yield f"{n_deep} atoms deep", "m4a", head + nested
    m4a = whole["m4a"]
    yield "atoms of no bytes", "m4a", m4a + _atom(b"free", b"") * (size // 8)
    yield "atom of 2**64 bytes", "m4a", m4a + struct.pack(">I4sQ", 1, b"free", 2**64 - 1)
    yield "atom of 2**63 bytes", "m4a", m4a + struct.pack(">I4sQ", 1, b"free", 2**63 - 8)
    yield "atom below its own header", "m4a", m4a + struct.pack(">I4sQ", 1, b"moov", 3)
    for claimed in (0, 15, 16, 0x7FFFFFFF, 0xFFFFFFFF):
        data = bytearray(m4a)
        length = data.index(b"covr") + 4
        data[length : length + 4] = struct.pack(">I", claimed)
        yield f"picture of {claimed} bytes", "m4a", bytes(data)
    for table in (b"stsz", b"stts", b"stsc", b"stco"):
        data = bytearray(m4a)
        count = data.index(table) + (12 if table == b"stsz" else 8)
        data[count : count + 4] = b"\x0f\xff\xff\xff"
        yield f"{table.decode()} of a quarter of a billion", "m4a", bytes(data)


def _atom(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def _in_asf(whole: dict[str, bytes], size: int) -> _Bombs:
    wma = whole["wma"]
    (header,) = struct.unpack_from("<Q", wma, 16)
    for name, n_bytes in (("extension of objects of one byte", 1), ("extension of objects of no content", 24)):
        objects = (bytes(16) + struct.pack("<Q", n_bytes)) * (size // 10 // 24)
        extension = bytes.fromhex("b503bf5f2ea9cf118ee300c00c205365") + struct.pack("<Q", 46 + len(objects))
        extension += bytes(18) + struct.pack("<I", len(objects)) + objects
        grown = struct.pack("<QI", header + len(extension), struct.unpack_from("<I", wma, 24)[0] + 1)
        yield name, "wma", wma[:16] + grown + wma[28:header] + extension + wma[header:]
    for claimed in _WRONG_LENGTHS:
        data = bytearray(wma)
        length = data.index(PIXEL) - 4
        data[length : length + 4] = struct.pack("<I", claimed)
        yield f"picture of {claimed} bytes", "wma", bytes(data)
    for claimed in (0, 30, 2**63 - 1, 2**64 - 1):
        yield f"header of {claimed} bytes", "wma", wma[:16] + struct.pack("<Q", claimed) + wma[24:]


def _in_wavpack(whole: dict[str, bytes], size: int) -> _Bombs:
    wavpack = whole["wavpack"]
    for claimed in (0, 24, 0x7FFFFFFF, 0xFFFFFFFF):
        yield f"block of {claimed} bytes", "wv", wavpack[:4] + struct.pack("<I", claimed) + wavpack[8:]
    yield (
        "blocks of no samples",
        "wv",
        (wavpack[:4] + struct.pack("<I", 24) + wavpack[8:20] + bytes(4) + wavpack[24:32]) * (size // 320),
    )
