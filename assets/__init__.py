"""The reusable Django app: images, presets, purges, warming and the template tag."""
