"""Limits on what a file may cost to read. docs/limits.md lists all of them by their code, and a test compares.

They hold before the work begins: a file of 50 MB can contain millions of empty chunks, or declare pixels that fill all
memory, and nothing that an encoder writes does.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from edge.contract.errors import SourceRefused
from edge.contract.policy import Policy


@dataclass(frozen=True, slots=True)
class Limit:
    """An upper bound under a stable ``code``: so many ``unit``, or that part of a setting of the policy."""

    code: str
    value: int | Fraction
    unit: str

    def __str__(self) -> str:
        if isinstance(self.value, Fraction):
            return f"`{self.unit}`" if self.value == 1 else f"{self.value} of `{self.unit}`"
        return f"{self.value:,} {self.unit}"

    def of(self, setting: int) -> int:
        """The bound, where the policy has ``setting``."""
        return int(self.value * setting)


FILE_BYTES = Limit("file_bytes", Fraction(1), "max_source_bytes")
PIXELS = Limit("pixels", Fraction(1), "max_source_pixels")
#: Pillow keeps eight bytes for each row, and resizing takes fifty for each pixel of a side.
SIDE = Limit("side", 1_000_000, "pixels")
#: Transparent images are resized from a premultiplied copy.
TRANSPARENT_PIXELS = Limit("transparent_pixels", Fraction(3, 4), "max_source_pixels")
#: Decoders of animations keep a canvas and a frame or two, with transparency.
ANIMATION_PIXELS = Limit("animation_pixels", Fraction(2, 5), "max_source_pixels")
#: The limits of every format.
COMMON = (FILE_BYTES, PIXELS, SIDE, TRANSPARENT_PIXELS, ANIMATION_PIXELS)


class LimitExceeded(SourceRefused):
    """A file is above a limit, which says nothing about whether it is damaged."""

    def __init__(self, limit: Limit, message: str) -> None:
        super().__init__("source_too_large", message)
        self.limit = limit


def too_many(limit: Limit, label: str) -> LimitExceeded:
    """The error for a ``label`` file with more parts than ``limit`` allows."""
    return LimitExceeded(limit, f"The {label} file has more than {limit}. Save it again with another program.")


def check_bytes(body: bytes, policy: Policy) -> None:
    """Raises `LimitExceeded` if the file is too long."""
    most = policy.max_source_bytes
    if len(body) > most:
        size, allowed = rounded_up(len(body) / 2**20), rounded_down(most / 2**20)
        raise LimitExceeded(FILE_BYTES, f"The file has {size} MB; the limit is {allowed} MB. Make the image smaller.")


def check_pixels(size: tuple[int, int], policy: Policy, limit: Limit = PIXELS, kind: str = "") -> None:
    """Raises `LimitExceeded` if an image of ``size`` has more pixels than ``limit`` allows for images of that ``kind``.

    ``kind`` is for people, such as ``GIF``.
    """
    width, height = size
    if max(size) > SIDE.value:
        raise LimitExceeded(SIDE, f"The image has {width} × {height} pixels; a side may have {SIDE}. Cut it in pieces.")
    most = limit.of(policy.max_source_pixels)
    if width * height > most:
        of_kind = f" for {kind}" if kind else ""
        raise LimitExceeded(
            limit,
            f"The image has {width} × {height} pixels ({rounded_up(width * height / 1e6)} megapixels); "
            f"the limit{of_kind} is {rounded_down(most / 1e6)} megapixels. Make the image smaller.",
        )


def rounded_up(value: float) -> str:
    """``value`` to one decimal place, never less than it is: so a message never shows a limit beside itself."""
    return _spelled(ceil(value * 10) / 10)


def rounded_down(value: float) -> str:
    return _spelled(floor(value * 10) / 10)


def _spelled(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")
