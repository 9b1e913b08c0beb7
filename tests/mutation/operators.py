"""Which small changes are made: Cosmic Ray's operators that alter behaviour, and the removal of keyword arguments.

https://cosmic-ray.readthedocs.io/en/latest/reference/operators.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import get_operator
from parso.python.tree import Class, Decorator

Position = tuple[tuple[int, int], tuple[int, int]]

_COMPARISONS = ("Eq_NotEq", "NotEq_Eq", "Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Lt_Gt", "Gt_Lt", "LtE_GtE", "GtE_LtE")
_IDENTITIES = ("Is_IsNot", "IsNot_Is")
#: Without `|`, which is mostly a part of annotations.
_ARITHMETIC = ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Mul", "Mod_Mul", "Pow_Mul", "BitAnd_BitOr")
_OTHERS = (
    "AddNot",
    "ExceptionReplacer",
    "NumberReplacer",
    "RemoveDecorator",
    "ReplaceAndWithOr",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ReplaceFalseWithTrue",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_USub_UAdd",
    "ZeroIterationForLoop",
)
_CACHES = ("lru_cache", "cache")


class RemoveKeywordArgument(Operator):  # type: ignore[misc] # it has no types
    """Removes one keyword argument from a call with several arguments: a value that is forgotten on the way."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        for argument in _keyword_arguments(node):
            yield argument.start_pos, argument.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        argument = _keyword_arguments(node)[index]
        position = node.children.index(argument)
        # With the comma behind it, or the one before the last argument.
        first = position if position + 1 < len(node.children) else position - 1
        node.children[first : first + 2] = []
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return Example("f(a, b=1)", "f(a)"), Example("f(a=1, b=2)", "f( b=2)")


def _keyword_arguments(node: Any) -> list[Any]:
    if node.type != "arglist" or (node.parent.type == "classdef"):
        return []
    return [child for child in node.children if child.type == "argument" and child.children[0].type == "name"]


def operators() -> dict[str, Operator]:
    names = [
        *(f"ReplaceComparisonOperator_{name}" for name in (*_COMPARISONS, *_IDENTITIES)),
        *(f"ReplaceBinaryOperator_{name}" for name in _ARITHMETIC),
        *_OTHERS,
    ]
    found = {name: get_operator(f"core/{name}")() for name in names}
    return {**found, "RemoveKeywordArgument": RemoveKeywordArgument()}


def changes_nothing(node: Any) -> bool:
    """Whether ``node`` is of no account when the code runs.

    Without a cache, or with one of another size, a function is slower, but does the same. The members of a protocol
    are for type checkers, and the ``*`` among parameters is no operator.
    """
    return _is_marker(node) or any(_is_cache(each) or _is_protocol(each) for each in _ancestors(node))


def _ancestors(node: Any) -> Iterator[Any]:
    while node is not None:
        yield node
        node = node.parent


def _is_marker(node: Any) -> bool:
    return node.type == "operator" and node.parent.type in ("parameters", "param")


def _is_cache(node: Any) -> bool:
    return isinstance(node, Decorator) and any(name in _code(node) for name in _CACHES)


def _is_protocol(node: Any) -> bool:
    return isinstance(node, Class) and "Protocol" in _code(node).partition(":")[0]


def _code(node: Any) -> str:
    return str(node.get_code())
