"""Runs tests against mutants in a copy of the project, so that the working tree is never changed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.machine import ROOT
from tests.mutation import child
from tests.mutation.mutants import Mutant

_PYTEST = ("--exitfirst", "--quiet", "--assert=plain", "-p", "no:cacheprovider")
#: Few examples for a quick first run, which most mutants do not survive.
_QUICK = ("--hypothesis-profile=mutation",)


class BrokenTestsError(Exception):
    """The tests fail without any mutant."""


class Copy:
    """A copy of the project in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / name).exists():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        # Bytecode that is compared with the source's hash: two mutants may be written within one tick of the clock.
        compile_all = ("-m", "compileall", "-q", "--invalidation-mode", "checked-hash")
        subprocess.run([sys.executable, *compile_all, "assets", "edge", "imagehub", "infra"], cwd=folder, check=True)

    def check_tests(self, tests: Sequence[str]) -> None:
        """Raises `BrokenTestsError` if the tests fail without any mutant."""
        if not self._pass(tests, _QUICK):
            raise BrokenTestsError(f"{' '.join(tests)} fail without any mutant; run `make test` first.")

    def survives(self, mutant: Mutant, tests: Sequence[str]) -> bool:
        """Whether all tests pass in spite of the mutant, also with all of Hypothesis's examples."""
        path = self.folder / mutant.path
        original = path.read_text()
        path.write_text(mutant.source)
        try:
            # One path after the other, because pytest collects all tests before it runs the first.
            return all(self._pass([path], _QUICK) for path in tests) and self._pass(tests, ())
        finally:
            path.write_text(original)

    def _pass(self, tests: Sequence[str], options: Sequence[str]) -> bool:
        environment = {"DATA_DIR": str(self.folder / "var"), "PYTHONDONTWRITEBYTECODE": "1"}
        return child.passes(self.folder, [*_PYTEST, *options, *tests], environment)
