"""The dialog in which settings are changed."""
