"""Comparing a root with the index: what has to be listened to, and what is gone."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from tagger_app.audio.discover import FoundFile, UnreadableFolder, discover
from tagger_app.index.connection import IndexConnection
from tagger_app.index.tracks import known_files, settled_files


@dataclass
class RootPlan:
    """What there is to do for one root.

    Attributes
    ----------
    root : absolute path
    offline : why the root counts as not there; empty if it is there
    n_files : audio files found
    pending : new, changed, or analysed with another bundle
    n_unchanged, n_failed_before : files to skip
    unchanged : paths that are analysed and unchanged; filled only if asked for
    returned : paths that were offline or missing and are back unchanged
    gone : paths that the index knows and the walk didn't see
    unreadable : folders and files that couldn't be looked at
    """

    root: str
    offline: str = ""
    n_files: int = 0
    pending: list[FoundFile] = field(default_factory=list)
    n_unchanged: int = 0
    n_failed_before: int = 0
    unchanged: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unreadable: list[UnreadableFolder] = field(default_factory=list)


def plan_root(
    connection: IndexConnection,
    root: str,
    bundle_id: str,
    spec_fingerprint: str,
    *,
    retry_failed: bool,
    keep_unchanged: bool,
) -> RootPlan:
    """Walk a root and compare it with the index; nothing is written.

    A root that holds none of the tracks known below it counts as offline: that is what the mount point of a volume
    that isn't mounted looks like.

    Parameters
    ----------
    root : absolute path of a folder or file
    bundle_id, spec_fingerprint : what tracks are to be analysed with; an analysis by others is stale
    retry_failed : try files again whose failure is remembered
    keep_unchanged : fill `unchanged`

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    plan = RootPlan(root)
    settled = settled_files(connection, root, bundle_id, spec_fingerprint)
    others = known_files(connection, root, unless_settled=(bundle_id, spec_fingerprint))
    for found in discover(root):
        if isinstance(found, UnreadableFolder):
            plan.unreadable.append(found)
            continue
        plan.n_files += 1
        # Looking first would take the hash of nearly every path of the library twice.
        n_before = len(settled)
        settled.discard(found)
        if len(settled) < n_before:
            plan.n_unchanged += 1
            if keep_unchanged:
                plan.unchanged.append(found.path)
            continue
        before = others.pop(found.path, None)
        if before is None or (before.size, before.mtime_ns) != (found.size, found.mtime_ns):
            plan.pending.append(found)
            continue
        if before.failed:
            if retry_failed:
                plan.pending.append(found)
            else:
                plan.n_failed_before += 1
        elif (before.bundle_id, before.spec_fingerprint) != (bundle_id, spec_fingerprint):
            plan.pending.append(found)
        else:
            plan.n_unchanged += 1
            if keep_unchanged:
                plan.unchanged.append(found.path)
        if before.state != "present":
            plan.returned.append(found.path)
    changed = {found.path for found in plan.pending}
    unseen = [path for path, _, _ in settled if path not in changed]
    unseen.extend(path for path, before in others.items() if before.state != "missing")
    if any(folder.path == root for folder in plan.unreadable):
        plan.offline = next(folder.reason for folder in plan.unreadable if folder.path == root)
    elif not plan.n_files and unseen:
        n_known = len(settled) + len(others)
        plan.offline = f"is there, but none of the {n_known} tracks known below it; is its volume mounted?"
    else:
        plan.gone = _below_no(plan.unreadable, unseen)
    return plan


def _below_no(unreadable: list[UnreadableFolder], paths: list[str]) -> list[str]:
    """Paths without those below a folder that couldn't be read: nobody knows of them."""
    hidden = tuple(folder.path for folder in unreadable)
    below = tuple(path + os.sep for path in hidden)
    return [path for path in paths if path not in hidden and not path.startswith(below)]
