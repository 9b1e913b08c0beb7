"""Rendering in a child process: the same bytes as without it, and an answer whatever the original does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from edge.contract.edits import Edits
from edge.contract.errors import BadRequest, OverlayUnavailable, ServiceUnavailable, SourceRefused
from edge.contract.operations import make_operation
from edge.contract.recipe import Recipe
from edge.image import Rendered, render
from edge.rendering import isolated_render
from edge.rendering.child_process import Cause, ChildFailed
from edge.rendering.isolated_render import LIMITS, render_isolated
from tests.edge.originals import BOMB, POLICY, jpeg, noisy_png
from tests.machine import ROOT


def animation() -> bytes:
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "lime", "blue")]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def rendering(body: bytes, format_class: str = "webp", **recipe: object) -> Callable[[], Rendered]:
    return partial(render, body, Recipe(**{"width": 300, **recipe}), format_class, policy=POLICY)  # type: ignore[arg-type]


@pytest.mark.parametrize("body", [jpeg(), noisy_png(400), animation()])
@pytest.mark.parametrize("format_class", ["avif", "webp", "basic", "jpeg", "png", "gif"])
def test_the_variant_is_the_same_as_in_this_process(body: bytes, format_class: str) -> None:
    """Also after this process has rendered: no thread or lock of its decoders and encoders is missing in the child."""
    here = rendering(body, format_class)()
    there = render_isolated(rendering(body, format_class))
    assert replace(there, ms={}) == replace(here, ms={})
    assert there.ms.keys() == here.ms.keys()


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7 nothing", jpeg()[:2000], BOMB])
def test_a_refusal_is_the_same_as_in_this_process(body: bytes) -> None:
    with pytest.raises(SourceRefused) as here:
        rendering(body)()
    with pytest.raises(SourceRefused) as there:
        render_isolated(rendering(body))
    assert (there.value.code, there.value.message) == (here.value.code, here.value.message)


@pytest.mark.parametrize("name", ["extract", "watermark"])
def test_an_operation_that_cannot_be_done_is_not_the_originals_fault(name: str) -> None:
    extract = make_operation("extract", left=9000, top=0, width=1, height=1)
    watermark = make_operation("watermark", key="gone.png", version="0a1b2c3d")
    operation, error = {"extract": (extract, BadRequest), "watermark": (watermark, OverlayUnavailable)}[name]
    work = partial(render, jpeg(), Edits(Recipe(300), operations=(operation,)), "webp", policy=POLICY)
    with pytest.raises(error) as here:
        work()
    with pytest.raises(error) as there:
        render_isolated(work)
    assert type(there.value) is error
    assert there.value.as_dict() == here.value.as_dict()


def refusal(work: Callable[[], Rendered], monkeypatch: pytest.MonkeyPatch, **limits: Any) -> SourceRefused:
    monkeypatch.setattr(isolated_render, "LIMITS", replace(LIMITS, **limits))
    with pytest.raises(SourceRefused) as refused:
        render_isolated(work)
    return refused.value


def test_edits_that_do_not_fit_are_a_bad_request_as_in_this_process() -> None:
    work = partial(render, jpeg(), Edits(Recipe(), area=(0, 0, 9999, 1)), "webp", policy=POLICY)
    with pytest.raises(BadRequest) as here:
        work()
    with pytest.raises(BadRequest) as there:
        render_isolated(work)
    assert there.value.as_dict() == here.value.as_dict()


@pytest.mark.parametrize("limits", [{"cpu_seconds": 1}, {"wall_seconds": 0.3}])
def test_a_render_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch, limits: dict[str, float]) -> None:
    work = rendering(noisy_png(1500), "avif", width=3000, up=True)
    found = refusal(work, monkeypatch, **limits)
    assert found.code == "source_too_large"
    assert "takes too long" in found.message


def test_a_render_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    """From a new process: a child can use what its parent has freed and kept, and other tests free a lot."""
    path = tmp_path / "large.png"
    Image.new("RGBA", (8600, 8600)).save(path, compress_level=1)
    code = """
import sys
from dataclasses import replace
from pathlib import Path
from edge.contract.errors import SourceRefused
from edge.rendering import isolated_render
from tests.edge.rendering.test_isolated_render import rendering
isolated_render.LIMITS = replace(isolated_render.LIMITS, memory_bytes=16 << 20)
try:
    isolated_render.render_isolated(rendering(Path(sys.argv[1]).read_bytes()))
except SourceRefused as refused:
    print(refused.code, refused.message)
"""
    command = [sys.executable, "-c", code, str(path)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.startswith("source_too_large The image needs more memory")


def crash(number: int) -> Rendered:
    os.kill(os.getpid(), number)
    raise AssertionError


def test_a_crash_is_the_originals_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(partial(crash, signal.SIGSEGV), monkeypatch).code == "source_damaged"


def test_a_child_that_somebody_stops_says_nothing_about_the_original() -> None:
    with pytest.raises(ServiceUnavailable):
        render_isolated(partial(crash, signal.SIGTERM))


def test_an_unexpected_error_is_our_own() -> None:
    with pytest.raises(ChildFailed) as failed:
        render_isolated(lambda: 1 / 0)  # type: ignore[arg-type,return-value]
    assert failed.value.cause is Cause.ERROR
