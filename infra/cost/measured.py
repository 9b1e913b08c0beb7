"""What was measured, from ``measured.toml``; durations on Lambda follow the rule stated there."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

from infra.cost.errors import CostError

MEASURED = Path(__file__).with_name("measured.toml")
FORMATS = ("jpeg", "webp", "avif")


@dataclass(frozen=True, slots=True)
class Measured:
    """The file's tables; milliseconds. ``formats`` are those that are rendered, in equal parts."""

    tables: Mapping[str, Any]
    formats: tuple[str, ...] = FORMATS

    def render_ms(self, engine: str) -> float:
        """The mean over formats and widths of what ``engine`` takes on a full core."""
        widths = self.tables["widths"]
        each = [
            sum(self.tables[engine][name][width] * share for width, share in widths.items()) for name in self.formats
        ]
        return float(sum(each) / len(each))

    def billed_ms(self, full_core_ms: float, memory_mb: int, gets: float = 0, puts: float = 0) -> int:
        """What Lambda bills for a call that computes so long and calls S3 so often."""
        wait = self.tables["s3_wait_ms"]
        slower = max(1.0, self.tables["full_core_mb"] / memory_mb)
        return ceil(round(full_core_ms * slower + gets * wait["get"] + puts * wait["put"], 6)) or 1

    @property
    def viewer_request_ms(self) -> float:
        return float(self.tables["viewer_request"]["ms"])

    @property
    def platform_log_bytes(self) -> int:
        return int(self.tables["log_bytes"]["platform"])

    @property
    def levels_bytes(self) -> int:
        """An original's reduced copies together."""
        return int(sum(self.tables["levels"].values()))

    @property
    def variant_log_bytes(self) -> int:
        return int(self.tables["log_bytes"]["variant"])


def load_measured(formats: Sequence[str] = FORMATS) -> Measured:
    """Raises `CostError` for a format that was not measured."""
    if not formats or (unknown := [name for name in formats if name not in FORMATS]):
        named = f'"{unknown[0]}"' if formats else "None"
        raise CostError(f"{named} is not a measured format. Use some of {', '.join(FORMATS)}.")
    return Measured(_tables(), tuple(formats))


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(MEASURED.read_text())
