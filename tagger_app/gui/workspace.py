"""What every panel is given: the index, the models, and a way to work in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tagger_app.ensemble.bundle import Bundle
from tagger_app.gui.background import Background
from tagger_app.index.connection import IndexConnection, open_for_reading
from tagger_app.scan.tag_reader import TagReader
from tagger_app.tagging.style import DEFAULT_STYLE, TagStyle


@dataclass(eq=False)
class Workspace:
    """One open library.

    Panels read it and never change it. The shell replaces `bundle` and `tag_style` when the editor changes settings:
    ask for them when they are needed.

    Attributes
    ----------
    index_path : the library's index
    bundle : the models that listen; None where they are missing or damaged
    bundle_problem : why there is no bundle, for a person; empty if there is one
    background : where work goes that isn't painting
    bundle_thresholds : the bundle's own thresholds by genre; `bundle` itself bears those that the editor set
    tag_style : how tags are written
    tag_reader : reads tags for previews; whoever ends the application closes it
    """

    index_path: Path
    bundle: Bundle | None
    bundle_problem: str
    background: Background
    bundle_thresholds: Mapping[str, float] = field(default_factory=dict)
    tag_style: TagStyle = DEFAULT_STYLE
    tag_reader: TagReader = field(default_factory=TagReader)

    def open_index(self) -> IndexConnection:
        """A new read-only connection, for the thread that calls; whoever opens it closes it.

        Raises
        ------
        LibraryIndexError
            There is no index, or it can't be read.
        """
        return open_for_reading(self.index_path, busy_timeout_s=2.0)
