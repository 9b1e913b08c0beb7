"""The editors' side of imagehub: pictures, presets, purges and warming, in one Django app."""
