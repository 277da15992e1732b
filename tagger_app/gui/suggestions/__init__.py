"""Suggestions: cues like this, moments like this, a path between two."""
