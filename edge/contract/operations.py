"""Operations on a resized image that a recipe does not have: values with one canonical spelling.

They are sharp's, https://sharp.pixelplumbing.com/api-operation/, so that URLs of AWS's image handler can be answered,
and a preset's watermark. Each is named for the function that does it, and its arguments for that function's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from edge.contract import arguments as take
from edge.contract.arguments import REQUIRED, Argument, Parser
from edge.contract.errors import BadRequest, shortened

#: More operations on one image are refused.
MAX_OPERATIONS = 10
CORNERS = ("northwest", "northeast", "southwest", "southeast", "center")
_POSITIVE = take.number(0, 1_000_000)
_ANY = take.number(-1_000_000, 1_000_000)
_PIXELS = take.integer(0, 99_999)
_PERCENT = take.integer(0, 100)
_POSITION = take.optional(take.number(-99_999, 99_999))


@dataclass(frozen=True, slots=True)
class OperationKind:
    """``cost`` is the CPU time that each pixel of the result takes, in microseconds; at most, on one core of 2020.

    ``parameters`` are the arguments, each with its parser and default.
    """

    cost: float
    parameters: Mapping[str, tuple[Parser, object]]


KINDS: Mapping[str, OperationKind] = MappingProxyType(
    {
        "negate": OperationKind(0.01, {"alpha": (take.flag, True)}),
        "linear": OperationKind(
            0.01, {"factors": (take.numbers(1, 2, 3, 4), (1,)), "offsets": (take.numbers(1, 2, 3, 4), (0,))}
        ),
        "gamma": OperationKind(0.01, {"before": (take.number(1, 3), 2.2), "after": (take.number(1, 3), 2.2)}),
        "grayscale": OperationKind(0.05, {}),
        "tint": OperationKind(0.05, {"colour": (take.colour, REQUIRED)}),
        "threshold": OperationKind(0.05, {"value": (take.integer(0, 255), 128), "grayscale": (take.flag, True)}),
        "flatten": OperationKind(0.02, {"colour": (take.colour, "000000")}),
        "normalise": OperationKind(0.3, {"lower": (take.integer(0, 99), 1), "upper": (take.integer(1, 100), 99)}),
        "modulate": OperationKind(
            0.25,
            {
                "brightness": (_POSITIVE, 1),
                "saturation": (_POSITIVE, 1),
                "hue": (take.integer(-1_000_000, 1_000_000), 0),
                "lightness": (_ANY, 0),
            },
        ),
        "median": OperationKind(0.5, {"size": (take.one_of(3, 5), 3)}),
        "convolve": OperationKind(
            0.1, {"kernel": (take.numbers(9, 25), REQUIRED), "scale": (_ANY, 0), "offset": (_ANY, 0)}
        ),
        "blur": OperationKind(0.1, {"sigma": (take.optional(take.number(0.3, 1000)), None)}),
        "sharpen": OperationKind(
            0.1,
            {
                "sigma": (take.optional(take.number(0.000001, 10)), None),
                "flat": (_POSITIVE, 1),
                "jagged": (_POSITIVE, 2),
                "threshold": (_POSITIVE, 2),
                "lighter": (_POSITIVE, 10),
                "darker": (_POSITIVE, 20),
            },
        ),
        "extract": OperationKind(0.01, dict.fromkeys(("left", "top", "width", "height"), (_PIXELS, REQUIRED))),
        "extend": OperationKind(
            0.02,
            dict.fromkeys(("top", "right", "bottom", "left"), (_PIXELS, 0))
            | {"colour": (take.colour_with_alpha, "000000")},
        ),
        "round_crop": OperationKind(0.1, dict.fromkeys(("rx", "ry", "top", "left"), (_POSITION, None))),
        "rotate": OperationKind(
            0.3, {"degrees": (take.integer(1, 359), REQUIRED), "colour": (take.colour_with_alpha, "000000")}
        ),
        # Faces are counted from 0, the largest one; the padding is in pixels.
        "face_crop": OperationKind(
            0.01, {"face": (take.integer(0, 999), 0), "padding": (take.integer(-99_999, 99_999), 0)}
        ),
        # The version is that of the asset: with another one it is another operation.
        "overlay": OperationKind(
            0.1,
            {
                "key": (take.text, REQUIRED),
                "version": (take.text, REQUIRED),
                "left": (take.optional(take.offset), None),
                "top": (take.optional(take.offset), None),
                "width": (take.optional(take.integer(1, 100)), None),
                "height": (take.optional(take.integer(1, 100)), None),
                "opacity": (_PERCENT, 100),
            },
        ),
        "watermark": OperationKind(
            0.1,
            {
                "key": (take.text, REQUIRED),
                "version": (take.text, REQUIRED),
                "corner": (take.one_of(*CORNERS), "southeast"),
                "size": (take.integer(1, 100), 20),
                "margin": (take.integer(0, 50), 3),
                "opacity": (take.integer(1, 100), 100),
            },
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One step, with all its arguments in the order of its kind. Use `make_operation`."""

    name: str
    arguments: tuple[tuple[str, Argument], ...] = ()

    def __str__(self) -> str:
        """The canonical spelling: ``tint(colour=704214)``. Equal operations have equal ones, others do not."""
        return f"{self.name}({','.join(f'{name}={_spell(value)}' for name, value in self.arguments)})"

    @property
    def overlay(self) -> tuple[str, str] | None:
        """The key and the version of the asset that is placed on the image; None for all other kinds."""
        found = dict(self.arguments)
        return (str(found["key"]), str(found["version"])) if "key" in found else None


def make_operation(name: str, **given: object) -> Operation:
    """The operation ``name`` with the arguments in ``given``, and defaults for the rest.

    Raises `BadRequest`, which names what is wrong.
    """
    kind = KINDS.get(name)
    if kind is None:
        raise _invalid(f"There is no operation {shortened(name)}. There are {' '.join(KINDS)}.")
    for parameter in sorted(given.keys() - kind.parameters.keys()):
        raise _invalid(f"{name} has no argument {shortened(parameter)}. It has {' '.join(kind.parameters) or 'none'}.")
    return Operation(name, tuple((each, _argument(name, each, given)) for each in kind.parameters))


def check_operations(operations: Sequence[Operation]) -> None:
    """Raises `BadRequest` if there are too many."""
    if len(operations) > MAX_OPERATIONS:
        raise _invalid(f"There are {len(operations)} operations; an image may have {MAX_OPERATIONS}.")


def cost(operations: Sequence[Operation]) -> float:
    """The CPU time that each pixel of the result takes, in microseconds."""
    return sum(KINDS[operation.name].cost for operation in operations)


def _argument(operation: str, name: str, given: Mapping[str, object]) -> Argument:
    parse, default = KINDS[operation].parameters[name]
    value = given.get(name, default)
    if value is REQUIRED:
        raise _invalid(f"{operation} needs the argument {name}.")
    try:
        return parse(value)
    except (TypeError, ValueError):
        raise _invalid(f"{operation}: {name}={shortened(str(value))} is not valid.") from None


def _invalid(message: str) -> BadRequest:
    return BadRequest("operation_invalid", message)


def _spell(value: Argument) -> str:
    if isinstance(value, tuple):
        return ";".join(map(_spell, value))
    if isinstance(value, bool) or value is None:
        return {True: "1", False: "0", None: ""}[value]
    return str(value).replace("%", "%25").replace(",", "%2C").replace(")", "%29")
