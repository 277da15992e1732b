"""Cuefit, a tagger of music libraries by film genre."""

__version__ = "0.1.0"
