"""Executes a Markdown page that is a tutorial: writes its files and runs its commands.

A fenced block with ``file=PATH`` in its info string is written to that path, or appended to it with ``append``. A
``console`` block holds commands, each after ``$``, and lines that their output must contain, in which ``…`` stands for
anything. With ``terminal=NAME`` its last command keeps running; with ``manual`` it is not executed.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.docs.markdown import CodeBlock, Page
from tests.machine import wait_until

_COMMAND_SECONDS = 240
_START_SECONDS = 60


@dataclass
class Terminal:
    """A process that keeps running, and its output so far."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_for(self, line: str) -> None:
        """Wait until the output contains ``line``. Raises `AssertionError` with the output if it does not."""
        pattern = _pattern(line)
        wait_until(lambda: self._has(pattern), lambda: f"{line!r} is not in:\n{self.output}", _START_SECONDS)

    def _has(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.search(self.output) is not None
        assert found or self.process.poll() is None, f"the process ended:\n{self.output}"
        return found

    def close(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class Tutorial:
    """A page, executed in ``folder``."""

    page: Page
    folder: Path
    environment: Mapping[str, str]
    terminals: dict[str, Terminal] = field(default_factory=dict)
    _replaced: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._state = self.folder / ".shell-state"
        self._state.write_text(f"cd {shlex.quote(str(self.folder))}\n")

    def replace(self, texts: Mapping[str, str]) -> None:
        """From now on, use other texts in place of those of the page, such as free ports."""
        for text in texts:
            assert text in self.page.text, f"the page has no {text!r}"
        self._replaced |= texts

    def execute(self, *headings: str) -> None:
        """Execute the sections below these headings, in this order."""
        for heading in headings:
            for block in self.page.section(heading).blocks:
                if "manual" not in block.options:
                    self._execute(block)

    def execute_terminal(self, heading: str, name: str) -> None:
        """Open one of a section's terminals."""
        blocks = self.page.section(heading).blocks
        self._execute(next(block for block in blocks if block.options.get("terminal") == name))

    @contextmanager
    def running(self) -> Iterator[None]:
        """Close the terminals that the block opens at its end."""
        before = set(self.terminals)
        try:
            yield
        finally:
            for name in set(self.terminals) - before:
                self.terminals.pop(name).close()

    def run(self, command: str) -> str:
        """The output of a command in the main terminal, which keeps its directory and its environment."""
        keep = f'{{ export -p; printf "cd %q\\n" "$PWD"; }} > {shlex.quote(str(self._state))}'
        script = f"{self._restore()}\n{command}\nstatus=$?\n{keep}\nexit $status"
        ran = subprocess.run(
            ["/bin/bash", "-c", script],
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_COMMAND_SECONDS,
            check=False,
        )
        assert ran.returncode == 0, f"$ {command}\n{ran.stdout}"
        return ran.stdout

    def open_terminal(self, name: str, commands: list[str]) -> Terminal:
        """A terminal that begins in the state of the main one and runs ``commands``, the last for as long as it can."""
        *first, last = commands
        script = "\n".join([self._restore(), "set -e", *first, f"exec {last}"])
        log = self.folder / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                ["/bin/bash", "-c", script],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.terminals[name] = Terminal(process, log)
        return self.terminals[name]

    def substitute(self, text: str) -> str:
        """``text`` of the page as it is executed here."""
        for old, new in self._replaced.items():
            text = text.replace(old, new)
        return text

    def _execute(self, block: CodeBlock) -> None:
        body = self.substitute(block.body)
        if name := block.options.get("file"):
            self._write(name, body, append="append" in block.options)
        elif block.language == "console":
            steps = list(_steps(body))
            if terminal := block.options.get("terminal"):
                opened = self.open_terminal(terminal, [command for command, _ in steps])
                for line in steps[-1][1]:
                    opened.wait_for(line)
            else:
                for command, lines in steps:
                    output = self.run(command)
                    for line in lines:
                        assert _pattern(line).search(output), f"{line!r} is not in the output of {command}:\n{output}"

    def _write(self, name: str, body: str, *, append: bool) -> None:
        path = Path(self.run("pwd").strip(), name)
        path.parent.mkdir(exist_ok=True)
        assert not append or path.exists()
        with path.open("a" if append else "w") as file:
            file.write(f"\n{body}" if append else body)

    def _restore(self) -> str:
        return f". {shlex.quote(str(self._state))}"


def _steps(body: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a console block, each with the lines that follow it."""
    for step in re.split(r"^\$ ", body.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
        command, *lines = step.splitlines()
        yield command, [line for line in lines if line]


def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(re.escape(line).replace("…", ".*"))
