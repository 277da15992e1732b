"""Rebuilds the models from labelled soundtracks."""
