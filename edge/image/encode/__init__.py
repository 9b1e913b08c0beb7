"""From pixels to bytes: still images, animations, palettes and the quality scale."""
