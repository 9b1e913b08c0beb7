"""From an original's bytes to an opened image: one module per file format."""
