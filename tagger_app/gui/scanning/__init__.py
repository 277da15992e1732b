"""Scans: a queue of them, how far they are, and what failed."""
