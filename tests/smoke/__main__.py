"""``python -m tests.smoke <stack>``: exits with 1 if an answer breaks something."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from textwrap import indent

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.cloudfront.process import TEMPLATE
from tests.smoke import caching, invalidating, regional, rekognition, rendering  # noqa: F401  # their questions register themselves
from tests.smoke.manual import MANUAL_CHECKS
from tests.smoke.question import QUESTIONS, Observation, Question, Verdict, answer
from tests.smoke.stack import Stack, open_stack
from tests.smoke.visit import Visit


def main(name: str, template: Path = TEMPLATE) -> int:
    try:
        with open_stack(name, template) as stack:
            answers = _ask_all(stack)
    except (BotoCoreError, ClientError, OSError, RuntimeError, KeyError) as error:
        print(f"The stack {name} cannot be asked: {error}", file=sys.stderr)
        return 2
    _explain(answers)
    broken = [asked for asked, found in answers if asked.breaks and found.verdict is Verdict.DIFFERS]
    print(f"\n{len(answers)} questions; {len(broken)} answers break something.")
    return 1 if broken else 0


def _ask_all(stack: Stack) -> list[tuple[Question, Observation]]:
    print(f"{stack.url}, distribution {stack.distribution_id}\n")
    visit, answers = Visit(stack), []
    try:
        for asked in QUESTIONS:
            found = answer(asked, visit)
            answers.append((asked, found))
            print(f"{asked.name:<52}  {found.verdict.value:<18}  {found.text}", flush=True)
    finally:
        visit.clean_up()
    return answers


def _explain(answers: Iterable[tuple[Question, Observation]]) -> None:
    for asked, found in answers:
        if found.verdict is Verdict.DIFFERS:
            lines = [asked.asks, f"Documented: {asked.documented} ({asked.source})", f"Observation: {found.text}"]
            lines.append(f"{'To change' if asked.breaks else 'Breaks nothing'}: {asked.otherwise}")
            print(f"\n{asked.name}\n{indent(chr(10).join(lines), '  ')}")
    print("\nTo check by hand:")
    for check in MANUAL_CHECKS:
        print(f"  {check.topic}: {check.fact}: {check.how}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make smoke STACK=<the CloudFormation stack's name, or local>")
    sys.exit(main(sys.argv[1]))
