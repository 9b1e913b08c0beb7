"""What is in an original: each is looked at once, after its upload, so that no visitor waits for it."""
