"""Where bytes live: objects, signing keys, the manifest."""
