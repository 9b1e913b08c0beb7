"""The URL, keys, recipes, policy and signatures: pure functions and frozen values. No I/O."""
