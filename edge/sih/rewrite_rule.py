"""The operator's rule that rewrites old paths before they are read: a JavaScript pattern and its substitution.

A pattern that needs exponential time is refused when it is configured. One that may need polynomial time is matched in
a child process, which is stopped in time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from edge.rendering.child_process import ChildFailed, ChildLimits, run_in_child
from edge.sih.errors import SihError

#: Longer paths are not rewritten.
MAX_PATH = 2048
MAX_PATTERN = 512
#: An ordinary path takes microseconds.
LIMITS = ChildLimits(cpu_seconds=1, wall_seconds=0.5, memory_bytes=256 << 20, result_bytes=1 << 20)
_FORM = re.compile(r"/(.{1,512})/([gimsu]{0,5})", re.DOTALL)
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
#: The parts of a pattern: escapes, classes and everything else that is no literal.
_PART = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\]){0,512}\]|\((?:\?(?:[:=!]|<[=!]|<\w{1,512}>))?|\)|\||[*+?]\??"
    r"|\{\d{1,9}(?:,\d{0,9})?\}\??|.",
    re.DOTALL,
)
_QUANTIFIER = re.compile(r"[*+?{].*")
_BACK_REFERENCE = re.compile(r"\\[1-9k]")
#: ``$1``, ``$<name>``, ``$&`` and ``$$`` of JavaScript's substitutions.
_REFERENCE = re.compile(r"\$(\$|&|[0-9]{1,2}|<[A-Za-z_][A-Za-z0-9_]{0,63}>)|\\")
#: How JavaScript begins a group with a name.
_NAMED_GROUP = re.compile(r"\(\?<(?=[A-Za-z_])")


@dataclass(frozen=True, slots=True)
class RewriteRule:
    """``repeats`` counts the quantifiers of the pattern: with one, matching takes quadratic time at most."""

    pattern: re.Pattern[str]
    substitution: str
    count: int
    repeats: int

    @classmethod
    def parse(cls, pattern: str, substitution: str) -> RewriteRule:
        """From ``/pattern/flags``. Raises `ValueError`, which says why the rule is refused."""
        form = _FORM.fullmatch(pattern)
        if form is None or len(pattern) > MAX_PATTERN:
            raise ValueError(f"it must be /pattern/flags of at most {MAX_PATTERN} characters, with flags among gimsu")
        repeats = _count_repeats(form[1])
        flags = sum((_FLAGS[each] for each in set(form[2]) & _FLAGS.keys()), re.ASCII)
        try:
            compiled = re.compile(_NAMED_GROUP.sub("(?P<", form[1]), flags)
            template = _translate(substitution)
            compiled.sub(template, "")
        except (re.error, IndexError, RecursionError, OverflowError) as error:
            raise ValueError(f"it cannot be used: {error}") from None
        return cls(compiled, template, 0 if "g" in form[2] else 1, repeats)

    def apply(self, path: str) -> str:
        """``path`` after the rule. Raises `SihError` if it is too long or takes too long."""
        if len(path) > MAX_PATH:
            raise SihError.request_type(f"The path has {len(path)} characters; at most {MAX_PATH} can be rewritten.")
        if self.repeats <= 1:
            return self._substitute(path)
        try:
            return run_in_child(lambda: self._substitute(path).encode("utf-8", "surrogatepass"), LIMITS).decode()
        except (ChildFailed, UnicodeError):
            raise SihError.request_type("The path takes too long to rewrite.") from None

    def _substitute(self, path: str) -> str:
        return self.pattern.sub(self.substitution, path, self.count)


def _count_repeats(pattern: str) -> int:
    """How many quantifiers there are. Raises `ValueError` for what can take exponential time, or is not supported.

    That is a repeated group in which something else is repeated, optional or an alternative.
    """
    repeats, outer, inside, group = 0, list[bool](), False, False
    for part in _PART.findall(pattern):
        if part.startswith("("):
            outer.append(inside)
            inside = False
        elif part == ")":
            group, inside = inside, inside or bool(outer and outer.pop())
            continue
        elif part == "|":
            inside = True
        elif _QUANTIFIER.fullmatch(part):
            if group and part[0] != "?":
                raise ValueError("it repeats a group with a repetition or an alternative inside, which may never end")
            repeats, inside = repeats + 1, True
        elif _BACK_REFERENCE.fullmatch(part):
            raise ValueError("it refers back to a group, which is not supported")
        group = False
    return repeats


def _translate(substitution: str) -> str:
    """A substitution as Python writes it."""

    def reference(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return r"\\"
        if name == "$":
            return "$"
        return rf"\g<{'0' if name == '&' else name.strip('<>')}>"

    return _REFERENCE.sub(reference, substitution)
