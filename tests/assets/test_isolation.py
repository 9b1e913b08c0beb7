"""Decoding in another process: whatever the file does to it, this process gets an answer or a message."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import InMemoryUploadedFile, TemporaryUploadedFile

from assets import isolation
from assets.isolation import ProcessLimits, run_isolated
from edge.contract.errors import SourceRefused
from tests.assets.decoder_processes import large_png, signal_decoder, slow_jpeg
from tests.assets.images import image_file
from tests.machine import ROOT

LIMITS = ProcessLimits(2 << 30, 25)
MB = 1 << 20


def examine(file: File[Any], limits: ProcessLimits = LIMITS) -> dict[str, Any]:
    return run_isolated("examine", file, limits)


def refusal(body: bytes, limits: ProcessLimits = LIMITS) -> SourceRefused:
    with pytest.raises(SourceRefused) as caught:
        examine(ContentFile(body), limits)
    return caught.value


def refusal_after(name: signal.Signals, limits: ProcessLimits = LIMITS) -> SourceRefused:
    """The refusal of an image whose decoder gets a signal."""
    body = large_png()
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(signal_decoder, name)
        error = refusal(body, limits)
        sent.result()
    return error


def test_a_large_image_is_decoded_within_the_limits() -> None:
    found = examine(ContentFile(large_png()))
    assert (found["format"], found["width"], found["height"]) == ("png", 8000, 8000)


def test_an_image_that_needs_more_memory_than_the_limit_is_refused() -> None:
    error = refusal(large_png(), ProcessLimits(250 * MB, 25))
    assert error.code == "source_too_large"
    assert error.message == "The image needs more memory than is available. Make it smaller."


def test_an_image_that_takes_longer_than_the_limit_is_refused() -> None:
    error = refusal(slow_jpeg(), ProcessLimits(2 << 30, 1))
    assert error.code == "source_too_large"
    assert error.message == ("The image takes more than 1 s to decode. Make it smaller or export it in another format.")


def test_a_decoder_that_hangs_without_using_the_cpu_is_killed() -> None:
    assert "takes more than 2 s to decode" in refusal_after(signal.SIGSTOP, ProcessLimits(2 << 30, 2)).message


def test_a_decoder_that_the_system_kills_is_a_refusal() -> None:
    error = refusal_after(signal.SIGKILL)
    assert (error.code, error.message) == (
        "source_too_large",
        "The image needs more memory or time than this server has. Make it smaller.",
    )


def test_a_decoder_that_crashes_is_a_refusal_and_is_logged_with_the_place(caplog: pytest.LogCaptureFixture) -> None:
    error = refusal_after(signal.SIGSEGV)
    assert (error.code, error.message) == (
        "source_damaged",
        "The file makes the decoder fail. Export it again, or in another format.",
    )
    (record,) = caplog.records
    assert "A decoder ended with -11" in record.getMessage()
    assert "Segmentation fault" in record.getMessage()


@pytest.mark.parametrize("kind", ["in memory", "uploaded to memory", "uploaded to disk", "opened"])
def test_every_kind_of_file_is_read_from_its_start(kind: str, tmp_path: Path) -> None:
    body = image_file(size=(70, 50))
    with _opened(kind, body, tmp_path) as file:
        file.seek(10)
        found = examine(file)
    assert (found["width"], found["length"]) == (70, len(body))


def _opened(kind: str, body: bytes, folder: Path) -> File[Any]:
    if kind == "in memory":
        return ContentFile(body)
    if kind == "uploaded to memory":
        return InMemoryUploadedFile(BytesIO(body), "original", "a.jpg", "image/jpeg", len(body), None)
    if kind == "opened":
        (folder / "image").write_bytes(body)
        return File((folder / "image").open("rb"))
    upload = TemporaryUploadedFile("a.jpg", "image/jpeg", len(body), None)
    upload.write(body)
    upload.flush()
    return upload


def test_a_host_that_ignores_the_end_of_its_children_gets_the_answer() -> None:
    """Python then reports the status 0 for each: https://docs.python.org/3/library/os.html#os.waitpid"""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert examine(ContentFile(image_file()))["format"] == "jpeg"
        assert refusal(b"%PDF-1.7").code == "source_unsupported"
        assert refusal(slow_jpeg(), ProcessLimits(2 << 30, 1)).status == 415
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_a_host_may_change_its_directory_and_import_path(tmp_path: Path) -> None:
    """Nothing in the new directory is imported, and what the host imported stays in reach."""
    for name in ("assets", "edge", "PIL", "json"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong module')")
    host = [
        "import os, sys",
        "import assets.isolation, django.conf",
        "from django.core.files.base import ContentFile",
        "django.conf.settings.configure()",
        "sys.path[:] = ['', '.', *(entry for entry in sys.path if entry not in ('', os.getcwd()))]",
        f"os.chdir({str(tmp_path)!r})",
        f"file = ContentFile({image_file()!r})",
        "print(assets.isolation.run_isolated('examine', file, assets.isolation.ProcessLimits(2 << 30, 25)))",
    ]
    ended = subprocess.run(
        [sys.executable, "-c", "\n".join(host)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "'format': 'jpeg'" in ended.stdout


@pytest.mark.parametrize("executable", [sys.executable, "/usr/local/bin/uwsgi", "", None])
def test_python_is_found_where_it_is_embedded_in_a_server(
    executable: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """uWSGI reports itself as ``sys.executable``, and mod_wsgi nothing."""
    monkeypatch.setattr(sys, "executable", executable)
    code = "import sys; print(sys.version)"
    ended = subprocess.run([isolation.python(), "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == sys.version
    assert examine(ContentFile(image_file()))["format"] == "jpeg"


def test_a_process_that_cannot_be_started_is_an_error_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python3")
    with pytest.raises(FileNotFoundError):
        examine(ContentFile(image_file()))


def test_no_file_is_left_open(count_of_open_files: Callable[[], int]) -> None:
    examine(ContentFile(image_file()))
    before = count_of_open_files()
    for body in (image_file(), b"%PDF-1.7", image_file()):
        try:
            examine(ContentFile(body))
        except SourceRefused:
            continue
    assert count_of_open_files() == before


@pytest.fixture
def count_of_open_files() -> Callable[[], int]:
    return lambda: len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # counted, not opened again
