"""A minifier for the JavaScript in this folder, which needs no Node.

It knows the subset that viewer-request.js is written in: functions stand at the top level, every statement ends in a
semicolon or a brace, each ``const`` or ``let`` declares one name, and there are no template literals, labels and
shorthand properties. The shared vectors run the result.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import takewhile

from infra.functions.arrows import as_arrows
from infra.functions.short_names import shorten_names

Tokens = Sequence[str]

_TOKEN = re.compile(
    r"""
      (?P<skip>\s+|//[^\n]*)
    | '(?:[^'\\\n]|\\.)*' | "(?:[^"\\\n]|\\.)*"
    | [A-Za-z_$][\w$]* | [0-9][\w.]*
    | => | ===|!== | [=!<>]= | && | \|\| | \+\+ | -- | [-+*/|]= | [-+*/%=<>!&|^?:;,.(){}\[\]]
    """,
    re.VERBOSE,
)
_REGEX = re.compile(r"(?P<skip>(?!))?/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
#: A slash after one of these words, or after a bracket or an operator other than ``)`` and ``]``, begins a pattern.
_BEFORE_REGEX = frozenset(["return", "typeof", "case", "in", "throw", "else", "delete", "void"])
#: What binds a literal text more tightly than ``+``, before and after it.
_TIGHT_BEFORE, _TIGHT_AFTER = frozenset("-*/%.!") | {"typeof"}, frozenset(".[(*/%")
_TEXT = re.compile(r"""'[^']*'|"[^"]*\"""")
_LITERAL = re.compile(r"""'[^']*'|"[^"]*"|[0-9]+""")
_COMPOUND = frozenset(["const", "let", "if", "for", "while", "try", "function", "async"])
_NO_EFFECT = (("false", "||"), ("!", "false", "&&"))
_LEAVES = frozenset(["return", "throw", "break", "continue"])
_DECLARE, _OPENING, _CLOSING = ("const", "let"), ("(", "[", "{"), (")", "]", "}")
_WORD = re.compile(r"[\w$]")


def minify(
    source: str, constants: Mapping[str, str], keep: Collection[str], properties: Sequence[str] = (), lazy: str = ""
) -> str:
    """``source`` without comments and needless spaces, with short names, and ``constants`` in place of their names.

    Names in ``keep`` stay as they are. ``properties`` are names of properties that are shortened too. What only the
    function ``lazy`` of ``keep`` needs is declared inside it.
    """
    tokens = list(_fold(list(_without_false(_inline(tokenize(source), constants)))))
    tokens = list(as_arrows(shorten_names(tokens, keep, properties), keep, lazy))
    return "".join(_join(_merge_declarations(list(_without_braces(tokens)))))


def tokenize(source: str) -> Iterator[str]:
    """The tokens of ``source``, without comments. Raises `ValueError` where it is not in the subset."""
    position, last = 0, ";"
    while position < len(source):
        slash = source[position] == "/" and source[position + 1 : position + 2] != "/" and _ends_before_regex(last)
        found = (_REGEX if slash else _TOKEN).match(source, position)
        if not found:
            raise ValueError(f"cannot minify {source[position : position + 20]!r}")
        position = found.end()
        if found["skip"] is None:
            last = found[0]
            yield last


def _ends_before_regex(last: str) -> bool:
    is_pattern = last[0] == "/" and len(last) > 2
    is_value = bool(_WORD.match(last)) or last[0] in "'\")]" or last in ("++", "--") or is_pattern
    return last in _BEFORE_REGEX or not is_value


def _inline(tokens: Iterator[str], constants: Mapping[str, str]) -> list[str]:
    return [part for piece in tokens for part in (tokenize(constants[piece]) if piece in constants else (piece,))]


def _without_false(tokens: Tokens) -> Iterator[str]:
    """``(false || a)`` and ``(!false && a)`` as ``(a)``, also after an equals sign."""
    skip = 0
    for index, piece in enumerate(tokens):
        if index and tokens[index - 1] in ("(", "="):
            skip = next((len(each) for each in _NO_EFFECT if tuple(tokens[index : index + len(each)]) == each), 0)
        if not skip:
            yield piece
        skip = max(0, skip - 1)


def _fold(tokens: Tokens) -> Iterator[str]:
    """A literal that is added to a literal text becomes part of it."""
    last = ""
    for index, piece in enumerate(tokens):
        if last and piece == "+" and _can_join(tokens[index + 1 : index + 3]):
            continue
        if last and tokens[index - 1] == "+" and _LITERAL.fullmatch(piece):
            body = piece if piece.isdigit() else piece[1:-1]
            last = last[:-1] + (body if last[0] not in body else body.replace(last[0], "\\" + last[0])) + last[0]
            continue
        if last:
            yield last
        last = piece if _TEXT.fullmatch(piece) and tokens[index - 1] not in _TIGHT_BEFORE else ""
        if not last:
            yield piece


def _can_join(following: Tokens) -> bool:
    """Whether the next token is a literal, and is added as it is."""
    return bool(_LITERAL.fullmatch(following[0])) and following[1] not in _TIGHT_AFTER


def _without_braces(tokens: Tokens) -> Iterator[str]:
    """``if (a) { b(); c(); }`` as ``if (a) b(), c();``: a block of simple statements."""
    drop, commas = -1, range(0)
    for index, piece in enumerate(tokens):
        if piece == "{" and (
            tokens[index - 1] == "else" or (tokens[index - 1] == ")" and _opens_block(tokens[:index]))
        ):
            block = list(takewhile(lambda each: each not in ("{", "}", "=>"), tokens[index + 1 :]))
            end = index + len(block) + 1
            if tokens[end] == "}" and _is_simple(block):
                drop, commas = end, range(index, end - 1)
                continue
        if index != drop:
            yield "," if piece == ";" and index in commas else piece


def _is_simple(block: Tokens) -> bool:
    """Whether ``block`` is one statement, or several expressions."""
    begins = [following for piece, following in zip([";", *block], block, strict=False) if piece == ";"]
    return block[-1:] == [";"] and not _COMPOUND.intersection(begins) and (len(begins) == 1 or not _LEAVES & {*begins})


def _opens_block(before: Tokens) -> bool:
    depth = 0
    for index in range(len(before) - 1, 0, -1):
        depth += (before[index] == ")") - (before[index] == "(")
        if depth == 0:
            return before[index - 1] in ("if", "for", "while")
    return False


def _merge_declarations(tokens: Tokens) -> Iterator[str]:
    """``const a = 1; const b = 2;`` as ``let a = 1, b = 2;``."""
    declares, begins, merged = [False], True, False  # the first for each bracket that is open
    for piece, following in zip(tokens, [*tokens[1:], ""], strict=True):
        if piece in _CLOSING:
            declares.pop()
        elif begins:
            declares[-1] = piece in _DECLARE
        merges = piece == ";" and declares[-1] and following in _DECLARE
        if not merged:
            yield "," if merges else "let" if piece == "const" else piece
        if piece in _OPENING:
            declares.append(False)
        begins = not merges and (piece == "{" or (piece in (";", "}") and not (piece == "}" and declares[-1])))
        merged = merges


def _join(tokens: Iterator[str]) -> Iterator[str]:
    """With spaces only where two tokens would become one, and without semicolons and commas before a bracket."""
    last = pending = ""
    for piece in tokens:
        if pending and (piece not in ("}", "]") or (pending == "," and last in (",", "["))):
            yield pending
            last = pending
        pending = piece if piece in (";", ",") else ""
        if pending:
            continue
        if last and ((_WORD.match(last[-1]) and _WORD.match(piece)) or (last[-1] in "+-/" and piece[0] == last[-1])):
            yield " "
        yield piece
        last = piece
    yield pending if pending != ";" else ""
