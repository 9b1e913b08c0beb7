"""Why there is no price."""

from __future__ import annotations


class CostError(ValueError):
    """The input makes no sense, or what is needed to price it is missing. The message is a whole sentence."""
