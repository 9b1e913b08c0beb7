"""Colour profiles, transfer curves and bit depth: everything to 8-bit sRGB."""
