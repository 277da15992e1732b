"""Tags of the files: what would be written, what was, and what the editor thinks of it."""
