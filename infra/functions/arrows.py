"""Functions of a file of JavaScript as arrow functions, which are shorter: ``let a=(b)=>b+1``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from infra.functions.short_names import function_name, is_function, top_level_parts


def as_arrows(tokens: Sequence[str], keep: Collection[str], lazy: str = "") -> Iterator[str]:
    """``tokens`` with functions as arrow functions, except for those in ``keep``, which go to the end.

    Functions must not use ``this`` or ``arguments``, and nothing may call one before the end of the file. What only the
    function ``lazy`` of ``keep`` needs is declared inside it, and so costs nothing until it is called.
    """
    parts = [list(part) for part in top_level_parts(tokens)]
    kept = {function_name(part): part for part in parts if is_function(part) and function_name(part) in keep}
    others = [list(_arrow(part)) if is_function(part) else part for part in parts if part not in kept.values()]
    statements = [statement for part in others for statement in _statements(part)]
    needed = _needed(statements, [part for name, part in kept.items() if name != lazy]) if lazy else statements
    yield from (piece for statement in statements if statement in needed for piece in statement)
    for name, part in kept.items():
        body = part.index("{") + 1
        moved = [piece for each in statements if each not in needed for piece in each] if name == lazy else []
        yield from [*part[:body], *moved, *part[body:]]


def _statements(tokens: Sequence[str]) -> Iterator[list[str]]:
    statement: list[str] = []
    depth = 0
    for piece in tokens:
        statement.append(piece)
        depth += (piece in ("(", "[", "{")) - (piece in (")", "]", "}"))
        if piece == ";" and depth == 0:
            yield statement
            statement = []
    yield statement


def _needed(statements: Sequence[list[str]], users: Sequence[Sequence[str]]) -> list[list[str]]:
    """The statements that declare nothing, or what ``users`` and other needed statements name."""
    needed = [each for each in statements if each[:1] not in (["let"], ["const"])]
    wanted = {piece for user in users for piece in user}
    while found := [each for each in statements if each not in needed and each[1] in wanted]:
        needed += found
        wanted |= {piece for each in found for piece in each}
    return needed


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
