"""Untrusted files are decoded in a process of their own: `assets.decoder_process`.

Decoders parse them in C and C++. In another process, with limits on memory and time, a crash or a decompression bomb
harms nothing else, and the server goes on answering other requests. A new interpreter for each file inherits no
threads, locks or connections, which a fork of a web server would.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import PIL
from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import InMemoryUploadedFile, TemporaryUploadedFile

import assets
import edge
from edge.contract.errors import SourceRefused

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """At most so many bytes of memory, and so many seconds of CPU and of wall-clock time."""

    memory: int
    seconds: int


def run_isolated(job: str, file: File[Any], limits: ProcessLimits, *options: str) -> dict[str, Any]:
    """What ``job`` of `assets.decoder_process` finds in ``file``.

    Raises `SourceRefused`, also if the process crashed or exceeded a limit, and `OSError` if it could not be started.
    """
    command = [python(), "-S", "-P", "-X", "faulthandler", "-m", "assets.decoder_process"]
    command += [job, str(limits.memory), str(limits.seconds), *options]
    try:
        with _readable(file) as source:
            ended = subprocess.run(  # noqa: S603  # our own interpreter and module
                command, **source, capture_output=True, env=_environment(), timeout=limits.seconds, check=False
            )
    except subprocess.TimeoutExpired:
        raise _too_slow(limits) from None
    return _answer(ended, limits)


def _answer(ended: subprocess.CompletedProcess[bytes], limits: ProcessLimits) -> dict[str, Any]:
    try:
        answer = json.loads(ended.stdout)  # not the exit status, which is lost where a host ignores SIGCHLD
    except ValueError:
        raise _explain(ended, limits) from None
    if refused := answer.get("refused"):
        raise SourceRefused(*refused)
    found: dict[str, Any] = answer["found"]
    return found


def _explain(ended: subprocess.CompletedProcess[bytes], limits: ProcessLimits) -> SourceRefused:
    """Why a process ended without an answer."""
    if ended.returncode == -signal.SIGXCPU:
        return _too_slow(limits)
    if ended.returncode == -signal.SIGKILL:  # by Linux, mostly when memory runs out
        return SourceRefused.too_large("The image needs more memory or time than this server has. Make it smaller.")
    log.error("A decoder ended with %s: %s", ended.returncode, ended.stderr.decode(errors="replace")[-4000:])
    return SourceRefused.damaged("The file makes the decoder fail. Export it again, or in another format.")


def _too_slow(limits: ProcessLimits) -> SourceRefused:
    text = f"The image takes more than {limits.seconds} s to decode. Make it smaller or export it in another format."
    return SourceRefused.too_large(text)


@contextmanager
def _readable(file: File[Any]) -> Iterator[dict[str, Any]]:
    """The argument of `subprocess.run` that lets a process read ``file`` from its start.

    A file that may be large is not read into this process's memory.
    """
    file.seek(0)
    if isinstance(file, InMemoryUploadedFile):
        yield {"input": file.read()}
    elif isinstance(file, TemporaryUploadedFile):
        with Path(file.temporary_file_path()).open("rb") as opened:
            yield {"stdin": opened}
    else:
        with TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as copy:
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            yield {"stdin": copy}


def python() -> str:
    """The path of this process's Python, also where it is embedded in a server such as uWSGI's."""
    executable = Path(sys.executable or "")
    if executable.name.startswith(("python", "pypy")):
        return sys.executable
    return str(Path(sys.exec_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}"))


def _environment() -> dict[str, str]:
    """This process's, with its import path.

    Without relative entries, whose meaning a change of directory has changed since, and with the places that our
    packages were imported from.
    """
    entries = [entry for entry in sys.path if Path(entry).is_absolute()]
    entries += [str(Path(str(package.__file__)).parents[1]) for package in (assets, edge, PIL)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(dict.fromkeys(entries))}
