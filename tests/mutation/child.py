"""Runs pytest in a process that is forked from one that has imported the libraries already.

Most mutants are killed within a second, so importing Django and the others again for each would take most of the time.
Nothing of the project is imported here: each process gets it from its own copy.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

#: A mutant that loops forever is killed by this.
TIMEOUT_SECONDS = 120
_LIBRARIES = ["boto3", "celery.app.task", "django.db.models", "django.test", "hypothesis.strategies", "PIL.Image"]
_PROJECT = ("assets", "edge", "imagehub", "infra", "tests")
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["pytest", *_LIBRARIES])


def passes(folder: Path, arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Whether pytest passes in the project at ``folder``."""
    process = _context.Process(target=_run, args=(folder, arguments, environment))
    process.start()
    process.join(TIMEOUT_SECONDS)
    if process.exitcode is None:
        os.killpg(process.pid or 0, signal.SIGKILL)
        process.join()
    return process.exitcode == 0


def _run(folder: Path, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    os.setsid()
    os.nice(10)
    os.environ.update(environment)
    os.chdir(folder)
    _leave_checkout(folder)
    _silence()
    sys.exit(pytest.main(list(arguments)))


def _leave_checkout(folder: Path) -> None:
    """Forget what was imported from the checkout that runs the mutation, so that imports find the copy."""
    for name in [name for name in sys.modules if name.partition(".")[0] in _PROJECT]:
        del sys.modules[name]
    sys.path[:] = [str(folder), *(path for path in sys.path if not Path(path, "manage.py").exists())]
    sys.path_importer_cache.clear()


def _silence() -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
