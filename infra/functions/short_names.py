"""Short names for the variables, functions, parameters and properties of a file of JavaScript, as `minify` reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count, product, takewhile
from string import ascii_letters

_KEYWORDS = frozenset(["do", "if", "in", "of", "as", "let", "for", "new", "try", "var"])


def shorten_names(tokens: Sequence[str], keep: Collection[str], properties: Sequence[str]) -> list[str]:
    """``tokens`` with short names except for those in ``keep``; of properties, those in ``properties`` only.

    Functions use the same short names for their own variables, and the rest of the file uses the next ones.
    """
    parts = list(top_level_parts(tokens))
    shared = {
        name for part in parts for name in _declared(part) if not is_function(part) or name == function_name(part)
    }
    others = set(tokens) - set().union(*map(_declared, parts))
    local = [_shortest(part, _declared(part) - shared, others) if is_function(part) else {} for part in parts]
    taken = {short for names in local for short in names.values()} | set(keep) | others
    everywhere = _shortest(tokens, shared - set(keep), taken)
    short_properties = dict(zip(properties, ascii_letters, strict=False))
    return [
        piece
        for part, names in zip(parts, local, strict=True)
        for piece in _renamed(part, {**everywhere, **names}, short_properties)
    ]


def top_level_parts(tokens: Sequence[str]) -> Iterator[Sequence[str]]:
    """The file in order, divided into functions and what stands between them."""
    start = depth = 0
    for index, piece in enumerate(tokens):
        depth += (piece == "{") - (piece == "}")
        begins = piece == "async" or (piece == "function" and tokens[index - 1] != "async")
        if depth == 0 and (begins or (piece == "}" and is_function(tokens[start:index]))):
            end = index if begins else index + 1
            yield tokens[start:end]
            start = end
    yield tokens[start:]


def is_function(part: Sequence[str]) -> bool:
    """Whether a part of the file is a function."""
    return "function" in part[:2]


def function_name(part: Sequence[str]) -> str:
    """The name of the function that ``part`` is."""
    return part[part.index("function") + 1]


def _declared(tokens: Sequence[str]) -> set[str]:
    """The names that ``tokens`` declare: variables, functions, and parameters."""
    names = set()
    for index, piece in enumerate(tokens):
        if piece in ("const", "let", "function"):
            names.add(tokens[index + 1])
        if piece == "(" and (tokens[index - 1] == "catch" or "function" in tokens[max(index - 2, 0) : index]):
            names.update(_until_bracket(tokens[index + 1 :]))
        if piece == "=>":
            names.update(_until_bracket(tokens[index - 2 :: -1]))
    return names


def _until_bracket(tokens: Sequence[str]) -> Iterator[str]:
    """The names of a list of parameters, in either direction."""
    return (piece for piece in takewhile(lambda piece: piece not in ("(", ")"), tokens) if piece != ",")


def _shortest(tokens: Sequence[str], names: set[str], taken: set[str]) -> dict[str, str]:
    """A new name for each of ``names``: the shortest for the most frequent."""
    used = Counter(piece for piece in tokens if piece in names)
    fresh = (name for name in _letters() if name not in taken and name not in _KEYWORDS)
    return {name: next(fresh) for name, _ in sorted(used.items(), key=lambda item: (-item[1], item[0]))}


def _letters() -> Iterator[str]:
    return ("".join(letters) for length in count(1) for letters in product(ascii_letters, repeat=length))


def _renamed(tokens: Sequence[str], names: Mapping[str, str], properties: Mapping[str, str]) -> Iterator[str]:
    for index, piece in enumerate(tokens):
        previous = tokens[index - 1] if index else ""
        is_key = previous in ("{", ",") and tokens[index + 1 : index + 2] == [":"]
        yield (properties if previous == "." or is_key else names).get(piece, piece)
