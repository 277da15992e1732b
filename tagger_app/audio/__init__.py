"""Finding audio files, decoding them in blocks, and recognising their audio again."""
