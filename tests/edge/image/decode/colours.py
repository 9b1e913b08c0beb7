"""Colours in other spaces than sRGB, and what they are in sRGB."""

from __future__ import annotations

from tests.edge.image import icc_profiles

Colour = tuple[int, ...]
COLOURS: list[Colour] = [(200, 40, 90), (60, 160, 90), (10, 20, 200), (128, 128, 128), (255, 255, 255), (12, 8, 3)]
P3 = icc_profiles.matrix(icc_profiles.DISPLAY_P3, icc_profiles.parametric(3, *icc_profiles.SRGB_CURVE), 4)


def from_p3(colour: Colour) -> Colour:
    return icc_profiles.from_light(icc_profiles.DISPLAY_P3, [icc_profiles.srgb_light(code) for code in colour])


def from_gamma(colour: Colour, gamma: float, colorants: icc_profiles.Matrix = icc_profiles.SRGB) -> Colour:
    return icc_profiles.from_light(colorants, [(code / 255) ** gamma for code in colour])
