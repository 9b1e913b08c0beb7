"""A question, what was seen, and what that means for us."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tests.smoke.visit import Visit

GUIDE = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide"


class Verdict(Enum):
    EXPECTED = "as expected"
    DIFFERS = "differs"
    UNASKED = "could not be asked"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen, in words."""

    text: str
    verdict: Verdict


def seen(text: object, *, expected: bool) -> Seen:
    return Seen(str(text), Verdict.EXPECTED if expected else Verdict.DIFFERS)


@dataclass(frozen=True, slots=True)
class Question:
    """``documented`` is what AWS's pages say and ``source`` where; ``otherwise`` is what to change where it differs.

    ``breaks``: with another answer something of ours does not work.
    """

    name: str
    asks: str
    documented: str
    source: str
    otherwise: str
    breaks: bool
    ask: Callable[[Visit], Seen]


QUESTIONS: list[Question] = []


def question(
    *, documented: str, source: str, otherwise: str, breaks: bool = True
) -> Callable[[Callable[[Visit], Seen]], Callable[[Visit], Seen]]:
    """A function is a question: its docstring asks it, and what it returns is what was seen."""

    def register(ask: Callable[[Visit], Seen]) -> Callable[[Visit], Seen]:
        name, asks = ask.__name__.replace("_", " "), " ".join((ask.__doc__ or "").split())
        QUESTIONS.append(Question(name, asks, documented, source, otherwise, breaks, ask))
        return ask

    return register


def answer(asked: Question, visit: Visit) -> Seen:
    """What is seen; a question that fails differs, but for what the asker's own credentials may not do."""
    try:
        return asked.ask(visit)
    except ClientError as error:
        return Seen(str(error), Verdict.UNASKED if _is_denied(error.response) else Verdict.DIFFERS)
    except (BotoCoreError, OSError, LookupError, ValueError) as error:
        return Seen(f"{type(error).__name__}: {error}", Verdict.DIFFERS)


def _is_denied(response: Any) -> bool:
    return bool(response["Error"].get("Code") == "AccessDenied")
