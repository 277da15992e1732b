"""The genre mixer: sliders that rank the library while they move."""
