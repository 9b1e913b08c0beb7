"""A question to a stack, what was observed, and what that means for imagehub."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import wraps
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tests.smoke.visit import Visit

GUIDE = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide"


class Verdict(Enum):
    EXPECTED = "as expected"
    DIFFERS = "differs"
    UNASKED = "could not be asked"


@dataclass(frozen=True, slots=True)
class Observation:
    """What was observed, in words, and whether it was expected."""

    text: str
    verdict: Verdict


def observed(text: object, *, expected: bool) -> Observation:
    return Observation(str(text), Verdict.EXPECTED if expected else Verdict.DIFFERS)


@dataclass(frozen=True, slots=True)
class Question:
    """``documented`` is what AWS's pages say, ``source`` the page, ``otherwise`` what to change if the answer differs.

    ``breaks``: with another answer some feature of imagehub does not work.
    """

    name: str
    asks: str
    documented: str
    source: str
    otherwise: str
    breaks: bool
    ask: Callable[[Visit], Observation]


QUESTIONS: list[Question] = []


def question(
    *, documented: str, source: str, otherwise: str, breaks: bool = True
) -> Callable[[Callable[[Visit], Observation]], Callable[[Visit], Observation]]:
    """Register a function as a question: its docstring asks it, and it returns what it observed."""

    def register(ask: Callable[[Visit], Observation]) -> Callable[[Visit], Observation]:
        name, asks = ask.__name__.replace("_", " "), " ".join((ask.__doc__ or "").split())
        QUESTIONS.append(Question(name, asks, documented, source, otherwise, breaks, ask))
        return ask

    return register


def only_in(mode: str) -> Callable[[Callable[[Visit], Observation]], Callable[[Visit], Observation]]:
    """Do not ask a stack that runs in the other mode."""

    def limit(ask: Callable[[Visit], Observation]) -> Callable[[Visit], Observation]:
        @wraps(ask)
        def asked(visit: Visit) -> Observation:
            if visit.stack.mode != mode:
                return Observation(f"this is about the {mode} mode", Verdict.UNASKED)
            return ask(visit)

        return asked

    return limit


def answer(asked: Question, visit: Visit) -> Observation:
    """Ask. A question that fails differs, except if the caller's own credentials do not allow it."""
    try:
        return asked.ask(visit)
    except ClientError as error:
        return Observation(str(error), Verdict.UNASKED if _is_denied(error.response) else Verdict.DIFFERS)
    except (BotoCoreError, OSError, LookupError, ValueError) as error:
        return Observation(f"{type(error).__name__}: {error}", Verdict.DIFFERS)


def _is_denied(response: Any) -> bool:
    return bool(response["Error"].get("Code") == "AccessDenied")
