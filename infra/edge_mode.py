"""The two ways to run the edge, as the template's parameters ``Mode`` and ``ViewerRequest`` choose: docs/modes.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: The values that the template allows; the first is the default.
MODES, VIEWER_REQUESTS = ("edge", "regional"), ("lambda", "function")


@dataclass(frozen=True, slots=True)
class EdgeMode:
    """``regional``: whether a regional function renders, behind an origin group.

    ``function``: whether viewer-request is the CloudFront Function.
    """

    regional: bool = False
    function: bool = False

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> EdgeMode:
        """The mode of a stack with these parameters."""
        regional = parameters.get("Mode") == "regional"
        return cls(regional, regional or parameters.get("ViewerRequest") == "function")

    def __str__(self) -> str:
        return "regional" if self.regional else "edge with the function" if self.function else "edge"
