"""What campaigns found, each in the smallest file that shows it."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from tagger_app.audio.decode import open_audio
from tagger_app.audio.fingerprint import fingerprint_stream
from tagger_app.audio.mpeg import says_its_length
from tagger_app.ensemble.bundle import Bundle
from tagger_app.errors import DecodeError, TagError
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.write import write_fields
from tests.fuzz.campaign import BUG, CRASHED, HARMED, run_cases
from tests.fuzz.cases import Case
from tests.sound_samples import make_music, patch_wav_rate, write_music
from tests.tagging.tag_samples import id3_frame, id3_tag

KEPT = sorted((Path(__file__).parent / "regressions").iterdir())


def test_files_that_campaigns_kept(bundle: Bundle, tmp_path: Path) -> None:
    cases = [Case(path.name, path.suffix, "", path.read_bytes()) for path in KEPT]
    assert len(cases) >= 7
    results = list(run_cases(cases, bundle, tmp_path, limit_s=60))
    assert len(results) == len(cases)
    assert [result for result in results if result.outcome in (BUG, HARMED, CRASHED)] == []


def test_an_mp3_with_the_header_of_another_is_heard_alike_with_tags_and_without(tmp_path: Path) -> None:
    """Its header is mono, the next frame stereo: libmpg123 would go by the size, and a tag make it seem longer."""
    path = Path(shutil.copy(Path(__file__).parent / "regressions" / "xing_of_other_channels.mp3", tmp_path))
    assert not says_its_length(path)
    before = _heard(path)
    with Journal.open(tmp_path / "journal.db") as journal:
        write_fields(str(path), {"FILMGENRE": ("Drama",)}, journal, "b")
    assert read_metadata(path).all_fields["FILMGENRE"] == ("Drama",)
    assert len(before) > 0
    np.testing.assert_array_equal(_heard(path), before)


def _heard(path: Path) -> npt.NDArray[np.float32]:
    with open_audio(path) as stream:
        return np.concatenate(list(stream.blocks))


def _length_s(path: Path) -> float:
    with open_audio(path) as stream:
        return sum(map(len, stream.blocks)) / stream.rate_hz


def _without_xing(path: Path) -> bytes:
    """An MP3 with a varying bit rate that doesn't say how long it is."""
    data = write_music(path, 3.0, "mp3").read_bytes()
    assert b"Xing" in data[:200]
    return data[data.index(data[:2], 4) :]


def test_an_mp3_that_does_not_say_its_length_is_heard_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    bare = _without_xing(path)
    assert says_its_length(path)
    assert _length_s(path) == 3.0
    picture = id3_tag([id3_frame("APIC", b"\0image/png\0\3\0" + bytes(500_000))])
    for content in (bare, picture + bare, bytes(5_000) + bare, bare + bytes(50_000)):
        path.write_bytes(content)
        assert not says_its_length(path)
        assert _length_s(path) == pytest.approx(3.0, abs=0.1)


def test_eight_channels(tmp_path: Path) -> None:
    """PyAV takes what follows eight planes for a ninth."""
    path = tmp_path / "surround.wv"
    music = make_music(1.0, 48_000, 8)
    with av.open(str(path), "w", format="wv") as container:
        stream = container.add_stream("wavpack", rate=48_000, layout="7.1")
        stream.codec_context.open()
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(music.reshape(1, -1)), format="flt", layout="7.1")
        frame.sample_rate, frame.time_base, frame.pts = 48_000, Fraction(1, 48_000), 0
        resampler = av.AudioResampler(
            format=stream.codec_context.format, layout="7.1", rate=48_000, frame_size=stream.codec_context.frame_size
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    with open_audio(path) as opened:
        assert opened.n_channels == 8
        heard = np.concatenate(list(opened.blocks))
    np.testing.assert_allclose(heard, music.mean(axis=1), atol=0.01)  # encoded with 8 bits


def test_one_sample_a_second(tmp_path: Path) -> None:
    """Brought to 22,050 Hz, a block of it would take gigabytes."""
    path = write_music(tmp_path / "slow.wav", 1.0)
    patch_wav_rate(path, 1)
    with pytest.raises(DecodeError, match="sample rate of 1 Hz"), open_audio(path):
        pass


def test_audio_that_no_decoder_is_known_for() -> None:
    with pytest.raises(DecodeError, match="no decoder is known"):
        fingerprint_stream(Path(__file__).parent / "regressions" / "unknown_codec.wma")


def _nested_atoms(n_deep: int) -> bytes:
    atoms = (struct.pack(">I4s", 8 * (n_deep - level), b"moov") for level in range(n_deep))
    return struct.pack(">I4s8s", 16, b"ftyp", b"M4A \0\0\0\0") + b"".join(atoms)


def _atom_beyond_all_files() -> bytes:
    return struct.pack(">I4s8s", 16, b"ftyp", b"M4A \0\0\0\0") + struct.pack(">I4sQ", 1, b"free", 2**63 - 4)


def _many_comments() -> bytes:
    comments = struct.pack("<II", 0, 200_000) + bytes(4 * 200_000)
    return b"fLaC\0\0\0\x22" + bytes(34) + b"\x84" + len(comments).to_bytes(3, "big") + comments


def _many_chunks() -> bytes:
    chunks = b"fmt \x10\0\0\0" + bytes(16) + b"junk\0\0\0\0" * 200_000
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


@pytest.mark.parametrize(
    "make", [lambda: _nested_atoms(500), lambda: _nested_atoms(50_000), _atom_beyond_all_files, _many_comments]
)
def test_structures_without_end_are_refused(tmp_path: Path, make: Callable[[], bytes]) -> None:
    path = tmp_path / "endless"
    path.write_bytes(make())
    with pytest.raises(TagError, match="damaged"):
        read_metadata(path)


def test_chunks_without_end_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "endless.wav"
    path.write_bytes(_many_chunks())
    assert not read_metadata(path).has_tag


def test_texts_of_megabytes(tmp_path: Path) -> None:
    """A title is cut to what is worth showing; a field of ours that long isn't ours."""
    music = write_music(tmp_path / "a.mp3", 1.0, "mp3").read_bytes()
    path = tmp_path / "b.mp3"
    path.write_bytes(id3_tag([id3_frame("TIT2", b"\0" + b"A" * 3_000_000)]) + music)
    assert 1_000 <= len(read_metadata(path).title) <= 10_000
    path.write_bytes(id3_tag([id3_frame("TXXX", b"\0FILMGENRE_USER\0" + b"A" * 3_000_000)]) + music)
    with pytest.raises(TagError, match="too long"):
        read_metadata(path)
