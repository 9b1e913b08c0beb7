"""Colour profiles, transfer curves and bit depths: everything becomes 8-bit sRGB."""
