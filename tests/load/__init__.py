"""Floods and loads: what visitors can make the edge do, counted."""

#: Names the file that the counted doors write to.
VARIABLE = "IMAGEHUB_LOAD_COUNTS"
