"""ICC profiles built byte by byte, and their colours by formula, independent of the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

Vector = Sequence[float]
Matrix = Sequence[Vector]

D50, D65 = (0.9642, 1.0, 0.8249), (0.95047, 1.0, 1.08883)
#: X, Y and Z (under D50) of full red, green and blue, as published for each colour space.
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.7141))
DISPLAY_P3 = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407))
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
PRO_PHOTO = ((0.79767, 0.28804, 0.0), (0.13519, 0.71188, 0.0), (0.03134, 0.00008, 0.82491))
_XYZ_TO_SRGB = ((3.13386, -1.61687, -0.49061), (-0.97877, 1.91614, 0.03345), (0.07195, -0.22899, 1.40524))
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def srgb_code(light: float) -> float:
    light = min(max(light, 0.0), 1.0)
    return 255 * (light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055)


def srgb_light(code: float) -> float:
    return code / 3294.6 if code <= 10.31475 else ((code / 255 + 0.055) / 1.055) ** 2.4


def from_xyz(xyz: Vector) -> tuple[int, ...]:
    """X, Y and Z under D50 as 8-bit sRGB."""
    return tuple(round(srgb_code(sum(a * b for a, b in zip(row, xyz, strict=True)))) for row in _XYZ_TO_SRGB)


def from_light(colorants: Matrix, light: Vector) -> tuple[int, ...]:
    """Linear red, green and blue of a colour space as 8-bit sRGB."""
    return from_xyz(
        [
            sum(share * value for share, value in zip(light, column, strict=True))
            for column in zip(*colorants, strict=True)
        ]
    )


def from_lab(lightness: float, a: float, b: float, black: float = 0.0) -> tuple[int, ...]:
    """Lab as 8-bit sRGB, where a Y of ``black`` becomes black."""
    middle = (lightness + 16) / 116
    roots = (middle + a / 500, middle, middle - b / 200)
    xyz = (
        white * (root**3 if root > 6 / 29 else (root - 4 / 29) * 108 / 841)
        for white, root in zip(D50, roots, strict=True)
    )
    return from_xyz([white * (value / white - black) / (1 - black) for white, value in zip(D50, xyz, strict=True)])


def profile(
    space: str, tags: Mapping[bytes, bytes], version: int = 2, kind: bytes = b"mntr", pcs: bytes = b"XYZ "
) -> bytes:
    header = bytearray(128)
    header[8:12], header[12:24], header[36:40] = bytes((version, 0x20, 0, 0)), kind + space.encode() + pcs, b"acsp"
    header[68:80] = bytes.fromhex("0000f6d6000100000000d32d")
    start, table, content = 132 + 12 * len(tags), u32(len(tags)), b""
    for name, data in tags.items():
        table += name + u32(start + len(content)) + u32(len(data))
        content += data + bytes(-len(data) % 4)
    return u32(start + len(content)) + bytes(header[4:]) + table + content


def matrix(colorants: Matrix, curve: bytes, version: int = 2) -> bytes:
    tags = {
        name: b"XYZ " + bytes(4) + b"".join(map(s15, column))
        for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), colorants, strict=True)
    }
    return profile("RGB ", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve), version)


def grey(curve: bytes, version: int = 2) -> bytes:
    return profile("GRAY", {b"kTRC": curve}, version)


def gamma(value: float) -> bytes:
    return b"curv" + bytes(4) + u32(1) + u16(round(value * 256)) + bytes(2)


def points(values: Vector) -> bytes:
    return b"curv" + bytes(4) + u32(len(values)) + b"".join(u16(round(value * 65535)) for value in values)


def parametric(kind: int, *numbers: float) -> bytes:
    return b"para" + bytes(4) + u16(kind) + bytes(2) + b"".join(map(s15, numbers))


def lab_table(corners: Sequence[tuple[float, float, float]]) -> bytes:
    """A table of version 2 (mft2) for four inks, with a Lab value for each corner: none, black, yellow, …"""
    straight = b"\0\0\xff\xff"
    nodes = b"".join(
        u16(round(light * 652.8)) + u16(round((a + 128) * 256)) + u16(round((b + 128) * 256)) for light, a, b in corners
    )
    identity = b"".join(map(s15, (1, 0, 0, 0, 1, 0, 0, 0, 1)))
    return b"mft2" + bytes(4) + bytes((4, 3, 2, 0)) + identity + u16(2) * 2 + straight * 4 + nodes + straight * 3


def inks(paper: float = 100.0, ink: float = 10.0) -> list[tuple[float, float, float]]:
    """Corners for `lab_table`: each ink removes light and adds colour; the darkest black is ``ink``."""
    hues = (0.0, 0.0), (-10.0, 90.0), (75.0, -5.0), (-35.0, -50.0)
    found = []
    for cyan, magenta, yellow, black in product((0, 1), repeat=4):
        light = (paper - ink) * (1 - black) * (1 - 0.4 * cyan) * (1 - 0.45 * magenta) * (1 - 0.1 * yellow)
        a, b = (
            sum(on * hue[axis] for on, hue in zip((yellow, magenta, cyan), hues[1:], strict=True)) for axis in (0, 1)
        )
        found.append((ink + light, a * (1 - black), b * (1 - black)))
    return found


def u16(value: int) -> bytes:
    return value.to_bytes(2)


def u32(value: int) -> bytes:
    return value.to_bytes(4)


def s15(value: float) -> bytes:
    return round(value * 65536).to_bytes(4, signed=True)
