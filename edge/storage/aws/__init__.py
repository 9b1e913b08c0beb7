"""AWS APIs over HTTP with the standard library alone."""
