"""JPEGs in XYB, as jpegli writes them: stored as RGB, with a profile whose table says what the values mean."""

from __future__ import annotations

from itertools import product

import pytest

from tests.edge.image import icc_profiles
from tests.edge.image.pictures import decoded, near, pixel, saved, stripes

_OFFSET, _SCALE = (0.015386134, 0.0, 0.27770459), (22.995788804, 1.183000077, 1.502141333)


#: The opsin transform of ISO/IEC 18181-1, and how its values are mapped to 0 to 1.
_MIX = ((0.3, 0.622, 0.078), (0.23, 0.692, 0.078), (0.24342269, 0.20476744, 0.55180987))


_UNMIX = ((11.031567, -9.866944, -0.164623), (-3.254147, 4.418770, -0.164623), (-3.658851, 2.712923, 1.945928))


_BIAS = 0.0037930732552754493


COLOURS: list[tuple[int, ...]] = [
    (255, 255, 255),
    (0, 0, 0),
    (128, 128, 128),
    (200, 40, 40),
    (60, 160, 90),
    (90, 110, 200),
    (250, 180, 90),
    (30, 30, 30),
]


def xyb(colour: tuple[int, ...]) -> tuple[int, ...]:
    light = [icc_profiles.srgb_light(code) for code in colour]
    long, middle, short = (
        (sum(a * b for a, b in zip(row, light, strict=True)) + _BIAS) ** (1 / 3) - _BIAS ** (1 / 3) for row in _MIX
    )
    values = (long - middle) / 2, (long + middle) / 2, short - (long + middle) / 2
    return tuple(round(255 * (v + o) * s) for v, o, s in zip(values, _OFFSET, _SCALE, strict=True))


def profile() -> bytes:
    """Linear curves, a table from XYB to cone responses, a cube for each of them, and a matrix to X, Y and Z."""
    corners = [
        [on / s - o for on, o, s in zip(corner, _OFFSET, _SCALE, strict=True)] for corner in product((0, 1), repeat=3)
    ]
    cones = [(y + x, y - x, b + y) for x, y, b in corners]
    low, high = [min(cone) for cone in zip(*cones, strict=True)], [max(cone) for cone in zip(*cones, strict=True)]
    nodes = bytes([2, 2, 2] + [0] * 13) + b"\2\0\0\0"
    nodes += b"".join(
        icc_profiles.u16(round(65535 * (c - lo) / (hi - lo)))
        for cone in cones
        for c, lo, hi in zip(cone, low, high, strict=True)
    )
    straight = icc_profiles.parametric(0, 1.0) * 3
    cubes = b""
    for lo, hi in zip(low, high, strict=True):
        start = lo + _BIAS ** (1 / 3)
        cubes += icc_profiles.parametric(3, 3.0, hi - lo, start, 0.0, max(0.0, -start / (hi - lo)))
    # Halved, because 1 encodes nearly 2 of X, Y and Z.
    rows = [
        [sum(c * u for c, u in zip(axis, column, strict=True)) / 2 for column in zip(*_UNMIX, strict=True)]
        for axis in zip(*icc_profiles.SRGB, strict=True)
    ]
    matrix = b"".join(icc_profiles.s15(value) for row in rows for value in row) + b"".join(
        icc_profiles.s15(-_BIAS * sum(row)) for row in rows
    )
    after = [32, 32 + len(straight)]
    after += [after[1] + len(nodes), after[1] + len(nodes) + len(cubes)]
    places = after[0], after[3], after[2], after[1], after[0]
    table = (
        b"mAB " + bytes(4) + b"\3\3\0\0" + b"".join(map(icc_profiles.u32, places)) + straight + nodes + cubes + matrix
    )
    return icc_profiles.profile("RGB ", {b"A2B0": table}, 4, b"scnr")


@pytest.mark.parametrize("width", [256, 64])
def test_xyb_becomes_the_colours_it_was_made_from(width: int) -> None:
    image = stripes([xyb(colour) for colour in COLOURS], (256, 32))
    body = saved(image, "jpeg", keep_rgb=True, quality=100, subsampling=0, icc_profile=profile())
    result = decoded(body, width=width)
    found = [pixel(result, (index + 0.5) / len(COLOURS), 0.5) for index in range(len(COLOURS))]
    assert all(near(a, b, 4) for a, b in zip(found, COLOURS, strict=True)), found
    assert all(near(a, b, 1) for a, b in zip(found[:3], COLOURS[:3], strict=True)), found
