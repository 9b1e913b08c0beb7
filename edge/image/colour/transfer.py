"""Transfer curves: from encoded values to light. Both run from 0 to 1, which is white."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, pow
from struct import unpack_from

Curve = Callable[[float], float]

#: In cd/m²: HDR reference white (https://www.itu.int/pub/R-REP-BT.2408, 2.1), and the light from which on all is
#: equally bright.
_WHITE, _PEAK = 203.0, 1000.0


def srgb(code: float) -> float:
    """https://www.w3.org/TR/css-color-4/#color-conversion-code"""
    return code / 12.92 if code <= 0.04045 else ((code + 0.055) / 1.055) ** 2.4


def inverse_srgb(light: float) -> float:
    """The encoded value of ``light``: the inverse of `srgb`."""
    return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def power(gamma: float) -> Curve:
    """The curve of a plain gamma."""
    return lambda code: code**gamma


def pq(code: float) -> float:
    """SMPTE ST 2084 (https://www.itu.int/rec/R-REC-BT.2100), tone-mapped to white."""
    return _tone_map(code)


def hlg(code: float) -> float:
    """Hybrid log-gamma (https://www.itu.int/rec/R-REC-BT.2100) on a display of 1000 cd/m², tone-mapped to white."""
    scene = code**2 / 3 if code <= 0.5 else (exp((code - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return _tone_map(_pq_code(_PEAK * scene**1.2))


def _tone_map(code: float) -> float:
    """Keeps dark and middle tones and rolls off above: https://www.itu.int/pub/R-REP-BT.2390 (5.4.1)."""
    peak = _pq_code(_PEAK)
    source, most = min(code / peak, 1.0), _pq_code(_WHITE) / peak
    knee = 1.5 * most - 0.5
    if source > knee:
        t = (source - knee) / (1 - knee)
        source = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * most
    return _pq_light(source * peak) / _WHITE


_M1, _M2, _C1, _C2, _C3 = 0.1593017578125, 78.84375, 0.8359375, 18.8515625, 18.6875


def _pq_light(code: float) -> float:
    root = pow(code, 1 / _M2)
    return 10000.0 * pow(max(root - _C1, 0.0) / (_C2 - _C3 * root), 1 / _M1)


def _pq_code(light: float) -> float:
    root = pow(light / 10000, _M1)
    return pow((_C1 + _C2 * root) / (1 + _C3 * root), _M2)


def parse_curve(data: bytes) -> Curve | None:
    """The curve in a tag of an ICC profile, of type ``curv`` or ``para`` (10.6 and 10.18 of its specification).

    None for a parametric curve of a kind that is not supported.
    """
    if data[:4] == b"para":
        return _parametric(int.from_bytes(data[8:10]), [_s15_16(data, at) for at in range(12, len(data) - 3, 4)])
    count = min(int.from_bytes(data[8:12]), (len(data) - 12) // 2)
    points = unpack_from(f">{count}H", data, 12)
    if count < 2:
        return power(points[0] / 256 if points else 1.0)
    return lambda code: _interpolate(points, code * (count - 1)) / 65535


def _interpolate(points: tuple[int, ...], position: float) -> float:
    index = min(int(position), len(points) - 2)
    return points[index] + (points[index + 1] - points[index]) * (position - index)


def _parametric(kind: int, numbers: list[float]) -> Curve | None:
    """The kinds that sRGB is written as: a power, and a power with a linear segment near black."""
    if kind == 0 and numbers:
        return power(numbers[0])
    if kind == 3 and len(numbers) >= 5:
        g, a, b, c, d = numbers[:5]
        return lambda code: max(a * code + b, 0.0) ** g if code >= d else c * code
    return None


def _s15_16(data: bytes, position: int) -> float:
    return int.from_bytes(data[position : position + 4], signed=True) / 65536
