"""Resizing, rotating, cropping by attention, and effects."""
