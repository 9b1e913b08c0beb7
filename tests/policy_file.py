"""A policy file of a test's own, in force in this process and those that it starts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.contract import policy


@contextmanager
def policy_in_force(path: Path) -> Iterator[pytest.MonkeyPatch]:
    """The policy at ``path`` for what runs inside. Yields the patch, for more environment variables.

    The policy is forgotten after its variable is: a server's thread that still replies would load it again.
    """
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(policy.ENVIRONMENT_VARIABLE, str(path))
            policy.load_policy.cache_clear()
            yield patch
    finally:
        policy.load_policy.cache_clear()
