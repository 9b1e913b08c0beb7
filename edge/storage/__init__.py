"""Storage: objects, signing keys, and caches of the manifest and the fallback image."""
