"""Reading with libsndfile, block after block, exactly what is in the file."""

from __future__ import annotations

import soundfile


class SteadySound(soundfile.SoundFile):  # type: ignore[misc] # has no types
    """A recording that libsndfile reads in blocks without a seek after each.

    soundfile 0.14 seeks after every read of what can be sought in. In an MP3 that resets the decoder: each block begins
    with some 900 samples that aren't in the recording; in a damaged one libmpg123 even finds another place, and which
    one depends on the tags in front.
    """

    def seekable(self) -> bool:
        return False
