"""Chromaticities of a colour space to the XYZ colorants of its ICC profile."""

from __future__ import annotations

from collections.abc import Iterable

#: The chromaticities x and y of red, green, blue and white.
Primaries = tuple[float, float, float, float, float, float, float, float]
Vector = tuple[float, ...]
Matrix = tuple[Vector, ...]

_D50 = (0.9642, 1.0, 0.8249)
#: From XYZ to cone responses: http://www.brucelindbloom.com/Eqn_ChromAdapt.html
_BRADFORD = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))


def colorants(primaries: Primaries) -> Matrix:
    """X, Y and Z of full red, green and blue, adapted to D50, where white has Y = 1.

    Raises `ArithmeticError` if ``primaries`` do not span a colour space.
    """
    red, green, blue, white = (
        (x / y, 1.0, (1 - x - y) / y) for x, y in zip(primaries[::2], primaries[1::2], strict=True)
    )
    shares = _times(_inverse(_transposed((red, green, blue))), white)
    return tuple(
        tuple(share * value for value in _adapted(colour, white))
        for share, colour in zip(shares, (red, green, blue), strict=True)
    )


def _adapted(colour: Vector, white: Vector) -> Vector:
    """``colour`` adapted from ``white`` to D50, by the Bradford method."""
    cones = (_times(_BRADFORD, each) for each in (colour, white, _D50))
    return _times(_inverse(_BRADFORD), tuple(cone * target / old for cone, old, target in zip(*cones, strict=True)))


def _times(matrix: Matrix, vector: Vector) -> Vector:
    return tuple(_dot(row, vector) for row in matrix)


def _dot(first: Iterable[float], second: Iterable[float]) -> float:
    return sum(a * b for a, b in zip(first, second, strict=True))


def _transposed(matrix: Matrix) -> Matrix:
    return tuple(zip(*matrix, strict=True))


def _inverse(matrix: Matrix) -> Matrix:
    a, b, c = matrix
    across = _cross(b, c), _cross(c, a), _cross(a, b)
    determinant = _dot(a, across[0])
    return _transposed(tuple(tuple(value / determinant for value in row) for row in across))


def _cross(u: Vector, v: Vector) -> Vector:
    return u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]
