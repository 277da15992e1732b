"""Listening to a library: one pure function a file, a pool of workers, and a generator of events."""
