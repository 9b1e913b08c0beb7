"""``make smoke STACK=…``: asks a deployed stack what only AWS can answer (docs/smoke.md)."""
