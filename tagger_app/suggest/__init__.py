"""Suggestions: tracks that sound like others."""
