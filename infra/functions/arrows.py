"""Functions of a file of JavaScript as arrow functions, which are shorter: ``let a=(b)=>b+1``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from infra.functions.short_names import function_name, is_function, top_level_parts


def as_arrows(tokens: Sequence[str], keep: Collection[str]) -> Iterator[str]:
    """``tokens`` with functions as arrow functions, except for those in ``keep``, which go to the end.

    Functions must not use ``this`` or ``arguments``, and nothing may call one before the end of the file.
    """
    parts = [list(part) for part in top_level_parts(tokens)]
    kept = [part for part in parts if is_function(part) and function_name(part) in keep]
    for part in parts:
        if part not in kept:
            yield from _arrow(part) if is_function(part) else part
    for part in kept:
        yield from part


def _arrow(part: Sequence[str]) -> Iterator[str]:
    name = part.index("function") + 1
    body = part.index("{")
    yield from ["let", part[name], "=", *part[: name - 1], *_parameters(part[name + 1 : body]), "=>"]
    yield from _value(part[body:])
    yield ";"


def _parameters(listed: Sequence[str]) -> Sequence[str]:
    """One parameter needs no brackets."""
    return listed[1:-1] if len(listed) == 3 else listed


def _value(block: Sequence[str]) -> Sequence[str]:
    """The value of a function that does nothing but return it; else ``block``."""
    if block[1] != "return" or block.index(";") != len(block) - 2:
        return block
    value = block[2:-2]
    return ["(", *value, ")"] if value[0] == "{" else value
