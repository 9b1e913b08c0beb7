"""A project's own users app."""
