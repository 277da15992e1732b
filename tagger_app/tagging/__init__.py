"""Film genres in the files' own tags: field names, safe writing, and a journal to undo it."""
