"""System checks. Each mistake has an id and a hint, and none ends in a traceback. Importing this registers them."""

from assets.checks import celery, databases, deployment, presets, production, settings

__all__ = ["celery", "databases", "deployment", "presets", "production", "settings"]
