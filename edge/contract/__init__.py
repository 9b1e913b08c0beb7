"""URLs, keys, recipes, policy, signatures and replies: pure functions, frozen values. No I/O except the policy file."""
