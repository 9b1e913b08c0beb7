"""Floods and mixed load: counts what requests make the edge do."""

#: The environment variable that names the file to which the counting handlers write.
VARIABLE = "IMAGEHUB_LOAD_COUNTS"
