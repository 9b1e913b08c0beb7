"""Signing keys: where they are kept, and how a process caches them."""
