"""Processes whose clock is wrong, by libfaketime. Debian's package is ``faketime``."""

from __future__ import annotations

from pathlib import Path

from tests.services import missing

_PLACES = ("/usr/lib/*/faketime", "/usr/lib/faketime", "/usr/local/lib/faketime", "/opt/homebrew/lib/faketime")


def wrong_clock(seconds: int) -> dict[str, str]:
    """Environment variables for a process whose clock is ahead by ``seconds``. Such a process cannot sleep.

    Without the library the test is skipped with a loud line, or fails if ``CI`` is set.
    """
    found = [path for place in _PLACES for path in Path("/").glob(f"{place.lstrip('/')}/libfaketimeMT.so.1")]
    if not found:
        missing("LIBFAKETIME", "install Debian's package faketime")
    return {"LD_PRELOAD": str(found[0]), "FAKETIME": f"{seconds:+d}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
