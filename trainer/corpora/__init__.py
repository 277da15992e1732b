"""The lists of labelled music, and how their tracks belong together."""
