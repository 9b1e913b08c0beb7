"""All of imagehub on one machine."""
