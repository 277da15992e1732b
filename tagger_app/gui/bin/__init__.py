"""The bin: cues and regions collected for a sequence, on their way to an editing system."""
