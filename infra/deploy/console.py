"""What a command prints and asks. With ``--json``, stdout has one JSON object, and the rest goes to stderr."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import Any

from infra.deploy.messages import DeployError, ExitCode


@dataclass
class Console:
    """``if_interrupted`` is what Ctrl-C or a no leaves behind; ``facts`` are the keys of the JSON object."""

    assume_yes: bool = False
    as_json: bool = False
    if_interrupted: str = "Nothing was changed."
    facts: dict[str, Any] = field(default_factory=dict)

    def say(self, text: str) -> None:
        print(text, file=sys.stderr if self.as_json else sys.stdout, flush=True)

    def warn(self, text: str) -> None:
        self.facts.setdefault("warnings", []).append(text)
        self.say(f"Warning: {text}")

    def confirm(self, question: str) -> None:
        """Raises `DeployError` unless the answer is yes."""
        if self.assume_yes:
            return
        print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline()
        if not answer:
            raise DeployError("Nobody can answer here. Add --yes if the answer is yes.", ExitCode.DECLINED)
        if answer.strip().lower() not in ("y", "yes"):
            raise DeployError(self.if_interrupted, ExitCode.DECLINED)

    def finish(self, code: ExitCode, error: str = "") -> int:
        """Print the error or the JSON object. Return the exit status."""
        if error:
            print(error, file=sys.stderr)
        if self.as_json:
            print(json.dumps({**self.facts, "exit": int(code), "error": error or None}, indent=2))
        return int(code)
