"""Which bytes answer a variant key: found in storage, or rendered and stored."""
