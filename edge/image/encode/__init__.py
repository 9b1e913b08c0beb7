"""From pixels to bytes: stills, animations, palettes and the quality scale."""
