"""The process that decodes an untrusted file: its answers, its limits, and what it imports."""

from __future__ import annotations

import hashlib
import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from edge.image.examination import examine
from tests.assets.heic_files import opened, photo
from tests.assets.images import image_file
from tests.edge.image.pictures import POLICY, animation, noise, saved
from tests.machine import ROOT

MODULE = "assets.decoder_process"


def answer(job: str, body: bytes, *options: str, memory: int = 2 << 30, seconds: int = 25) -> Any:
    command = [sys.executable, "-m", MODULE, job, str(memory), str(seconds), *options]
    ended = subprocess.run(command, input=body, capture_output=True, cwd=ROOT, check=True)
    return json.loads(ended.stdout)


def test_an_image_is_described() -> None:
    body = animation("gif", [noise((30, 20), seed=seed) for seed in range(3)], duration=100)
    assert answer("examine", body) == {
        "found": {
            "format": "gif",
            "width": 30,
            "height": 20,
            "frames": 3,
            "placeholder": examine(body, POLICY).placeholder,
            "length": len(body),
            "sha256": hashlib.sha256(body).hexdigest(),
        }
    }


@pytest.mark.parametrize(("job", "options"), [("examine", []), ("convert-heic", ["/nowhere/converted"])])
def test_a_refusal_has_a_code_and_a_message(job: str, options: list[str]) -> None:
    code, message = answer(job, b"nothing", *options)["refused"]
    assert code.startswith("source_")
    assert message.endswith(".")


def test_a_heic_photo_is_converted_into_a_file(tmp_path: Path) -> None:
    for name, kind in (("converted.jpg", "JPEG"), ("lossless.png", "PNG")):
        options = ["lossless"] if kind == "PNG" else []
        assert answer("convert-heic", photo("plain"), str(tmp_path / name), *options) == {"found": {}}
        assert opened((tmp_path / name).read_bytes()).format == kind


def test_memory_that_runs_out_outside_the_engine_is_a_refusal(tmp_path: Path) -> None:
    body = image_file("PNG", (20, 20)) + bytes(600 << 20)
    code, message = answer("examine", body, memory=400 << 20)["refused"]
    assert (code, message) == (
        "source_too_large",
        "The image needs more memory than this server allows. Make it smaller.",
    )


def test_the_limits_are_set_and_those_of_the_host_are_never_raised() -> None:
    code = (
        "import resource as r; from assets.decoder_process import limit_process\n"
        "r.setrlimit(r.RLIMIT_CPU, (50, 60))\n"
        "limit_process(3 << 30, 20); print(*r.getrlimit(r.RLIMIT_AS), *r.getrlimit(r.RLIMIT_CPU))\n"
        "limit_process(4 << 30, 90); print(*r.getrlimit(r.RLIMIT_AS), *r.getrlimit(r.RLIMIT_CPU))\n"
        "print(*r.getrlimit(r.RLIMIT_CORE))"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    three = 3 << 30
    assert ended.stdout.splitlines() == [f"{three} {three} 20 21", f"{three} {three} 21 21", "0 0"]
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY


def test_neither_django_nor_the_heic_decoder_is_imported_to_examine_an_image() -> None:
    """Each upload waits for the imports."""
    code = f"import sys, {MODULE}; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    imported = {name.partition(".")[0] for name in ended.stdout.split()}
    assert not imported & {"django", "boto3", "celery", "pillow_heif", "numpy"}


def test_a_picture_is_reduced_into_a_file_with_the_first_quality_that_is_small_enough(tmp_path: Path) -> None:
    output, body = tmp_path / "reduced.jpg", saved(noise((400, 200)), "png")
    assert answer("reduce", body, str(output), "100", "99999", "80", "20") == {"found": {"width": 100, "height": 50}}
    large = output.stat().st_size
    answer("reduce", body, str(output), "100", str(large - 1), "80", "20")
    assert output.stat().st_size < large
