"""The real origin-response, with little time for rendering in a child process. Children are counted."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from edge import origin_response
from edge.rendering import isolated_render
from edge.rendering.child_process import ChildLimits, run_in_child
from tests.e2e.delivery.limited_site import COUNTS, SECONDS


def _counting(work: Callable[[], bytes], limits: ChildLimits) -> bytes:
    with Path(os.environ[COUNTS]).open("a") as file:
        file.write("child\n")
    return run_in_child(work, limits)


isolated_render.LIMITS = replace(isolated_render.LIMITS, wall_seconds=float(os.environ[SECONDS]))
isolated_render.run_in_child = _counting  # type: ignore[attr-defined] # the name that is called there

handler = origin_response.handler
