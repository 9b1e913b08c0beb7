"""Three signing keys, in the order of their creation."""

from __future__ import annotations

from edge.contract.signing import SigningKey

OLD = SigningKey("old", b"old" * 16, 1)
NEW = SigningKey("new", b"new" * 16, 2)
NEWER = SigningKey("newer", b"newer" * 16, 3)
