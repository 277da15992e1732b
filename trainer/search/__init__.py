"""Searching for better settings: a declared space, a resumable study, worker processes, and the best written out."""
