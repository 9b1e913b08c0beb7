"""``make strip``: draws docs/images/strip.webp, the image at the top of the README, from a real photograph."""
