"""The page and the model card that say what a system has learned, and where it is wrong."""
