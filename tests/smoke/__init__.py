"""``make smoke STACK=…``: what only AWS can answer, asked of a deployed stack (docs/smoke.md)."""
