"""Model bundles: a folder with `manifest.json`, a `.tflite` for each member and `embedding.npz`.

Everything is checked once, here, on loading; what holds a `Bundle` can trust it.
"""

from __future__ import annotations

import hashlib
import io
import math
import stat
import zipfile
import zlib
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tokenize import TokenError

import msgspec
import numpy as np

from tagger_app.ensemble.embedding import Projection, n_statistics
from tagger_app.ensemble.manifest import FORMAT, Manifest, decode_format, decode_manifest
from tagger_app.ensemble.member import Member
from tagger_app.ensemble.standardise import Standardisation
from tagger_app.errors import BundleError
from tagger_app.features.spec import FeatureSpec
from tagger_app.genres import GENRES

MANIFEST_NAME = "manifest.json"
PROJECTION_ARRAYS = ("mean", "axes", "spread_mean", "spread_axes")
"""What `embedding.npz` holds; see `Projection`."""
_MAX_FILE_BYTES = 64 << 20
_UNREADABLE = (
    *(ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error),
    MemoryError,  # for a shape that nothing could hold
    *(NotImplementedError, RuntimeError),  # for zip's rarer compressions and its encryption
    *(SyntaxError, TokenError),  # for a header that numpy takes for one of Python 2
)
"""What numpy and zipfile raise for archives of a stranger."""


@dataclass(frozen=True)
class Bundle:
    """A checked model bundle. It is plain data, so it can be handed to a worker process.

    Attributes
    ----------
    folder : where it was loaded from
    manifest : everything said of it
    contents : the TFLite model of each member, in the manifest's order
    projection : the embedding's projection
    """

    folder: Path
    manifest: Manifest
    contents: tuple[bytes, ...]
    projection: Projection

    @property
    def id(self) -> str:
        """Name of the bundle, kept with every analysed track."""
        return self.manifest.id

    @property
    def spec(self) -> FeatureSpec:
        """The features that its members hear."""
        return self.manifest.features

    @property
    def trained_genres(self) -> tuple[str, ...]:
        """Genres that have a member."""
        return tuple(entry.genre for entry in self.manifest.calibrations)

    @property
    def standardisation(self) -> Standardisation:
        """How tiles are standardised before the members hear them."""
        entry = self.manifest.standardisation
        mean, deviation = (np.array(values, dtype=np.float32) for values in (entry.mean, entry.deviation))
        return Standardisation(entry.centre, mean, deviation)

    def open_members(self, *, accelerated: bool = True) -> list[Member]:
        """Make every member ready to run; see `Member` for `accelerated`.

        Raises
        ------
        BundleError
            LiteRT can't run one, or it takes or gives something else.
        """
        members = []
        for entry, content in zip(self.manifest.members, self.contents, strict=True):
            try:
                members.append(Member(content, self.spec.tile_shape, len(entry.genres), accelerated=accelerated))
            except ValueError as error:
                raise BundleError(self.folder / entry.file, str(error)) from error
        n_hidden = sum(member.n_hidden for member in members)
        projected = len(self.projection.mean) - n_statistics(self.spec)
        if n_hidden != projected:
            reason = f"projects {projected} hidden units, the members have {n_hidden}"
            raise BundleError(self.folder / self.manifest.embedding.file, reason)
        return members


def load_bundle(folder: Path) -> Bundle:
    """Load and check a bundle.

    Raises
    ------
    BundleError
        A file is missing, damaged or not what the manifest says; the manifest is of another format, has other genres,
        or its feature spec is not the one that its fingerprint names.
    """
    manifest_path = folder / MANIFEST_NAME
    content = read_file(manifest_path)
    try:
        # What else a manifest has depends on its format.
        if (given := decode_format(content)) != FORMAT:
            raise BundleError(manifest_path, f"has format {given}; this version of Cuefit reads format {FORMAT}")
        manifest = decode_manifest(content)
    except msgspec.DecodeError as error:
        raise BundleError(manifest_path, f"isn't a manifest that this version reads ({error})") from error
    _check_manifest(manifest_path, manifest)
    contents = tuple(read_file(folder / entry.file, entry.sha256) for entry in manifest.members)
    projection = _load_projection(folder, manifest)
    return Bundle(folder, manifest, contents, projection)


def _check_manifest(path: Path, manifest: Manifest) -> None:
    if manifest.fingerprint != manifest.features.fingerprint():
        raise BundleError(path, "was made for another feature spec than the one it states; train or install it again")
    if tuple(manifest.genres) != GENRES:
        raise BundleError(path, f"has other genres than Cuefit's ten: {', '.join(manifest.genres)}")
    if not manifest.members:
        raise BundleError(path, "has no members")
    trained = [entry.genre for entry in manifest.calibrations]
    outputs = [entry.genres for entry in manifest.members]
    if len(set(trained)) < len(trained) or not set(trained) <= set(GENRES):
        raise BundleError(path, f"calibrates a strange list of genres: {', '.join(trained)}")
    if any(len(set(genres)) < len(genres) for genres in outputs) or set(chain.from_iterable(outputs)) != set(trained):
        raise BundleError(path, "has members for other genres than those that it calibrates")
    if len({entry.file for entry in manifest.members}) < len(manifest.members):
        raise BundleError(path, "names one file for two members")
    evidence = {entry.genre: entry for entry in manifest.evidence}
    if sorted(entry.genre for entry in manifest.evidence) != sorted(GENRES):
        raise BundleError(path, "doesn't have the evidence of each genre")
    if any(bool(evidence[genre].untrained) == (genre in trained) for genre in GENRES):
        raise BundleError(path, "calls a genre untrained that has a member, or the other way round")
    entry = manifest.standardisation
    if len(entry.mean) != manifest.features.n_mfcc or len(entry.deviation) != manifest.features.n_mfcc:
        raise BundleError(path, f"standardises another number of coefficients than {manifest.features.n_mfcc}")
    if not all(map(math.isfinite, entry.mean + entry.deviation)):
        raise BundleError(path, "standardises by something that isn't a number")


def _load_projection(folder: Path, manifest: Manifest) -> Projection:
    entry = manifest.embedding
    path = folder / entry.file
    try:
        content = io.BytesIO(read_file(path, entry.sha256))
        _check_archive(path, content)
        with np.load(content, allow_pickle=False) as arrays:
            projection = Projection(**{name: arrays[name] for name in PROJECTION_ARRAYS})
    except _UNREADABLE as error:
        raise BundleError(path, f"isn't the projection of an embedding ({error})") from error
    n_descriptors = len(projection.mean) if projection.mean.ndim else 0
    shapes = {"mean": (n_descriptors,), "axes": (n_descriptors, entry.size)}
    for name in PROJECTION_ARRAYS:
        array, shape = getattr(projection, name), shapes[name.removeprefix("spread_")]
        if array.dtype != np.float32 or array.shape != shape:
            reason = (
                f"has {name} of {array.dtype} {array.shape}, not float32 {shape}; the manifest says size {entry.size}"
            )
            raise BundleError(path, reason)
        if not np.isfinite(array).all():
            raise BundleError(path, "holds values that aren't numbers")
    return projection


def _check_archive(path: Path, content: io.BytesIO) -> None:
    """Refuse an archive that would inflate to more than a file of a bundle may hold."""
    with zipfile.ZipFile(content) as archive:
        n_bytes = sum(part.file_size for part in archive.infolist())
    if n_bytes > _MAX_FILE_BYTES:
        raise BundleError(path, f"would unpack to more than any file of a bundle ({_MAX_FILE_BYTES >> 20} MiB)")
    content.seek(0)


def read_file(path: Path, sha256: str | None = None) -> bytes:
    """A file of a bundle, of no more than 64 MiB, and with this hash if one is given.

    Raises
    ------
    BundleError
        It can't be read, or isn't that.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise BundleError(path, "isn't a file")  # a pipe would be waited at for ever
        if status.st_size > _MAX_FILE_BYTES:
            raise BundleError(path, f"is larger than any file of a bundle ({_MAX_FILE_BYTES >> 20} MiB)")
        content = path.read_bytes()
    except OSError as error:
        raise BundleError(path, error.strerror or str(error)) from error
    if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256:
        raise BundleError(path, "isn't the file that the manifest names (its SHA-256 differs)")
    return content
