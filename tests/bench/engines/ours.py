"""Our engine as a worker: `edge.image.render` as origin-response calls it, and origin-response itself."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import Image

from edge.contract import policy
from edge.contract.recipe import Recipe
from edge.image import Rendered, malloc, render
from tests.bench.engines.serve import Answer, contents, keep, milliseconds, peak_kilobytes, serve

_POLICY = policy.load_policy()


def resize(input: str, width: int, height: int = 0, out: str | None = None) -> Answer:
    """Decode and resize: the time of `render` minus the time it reports for encoding."""
    body, recipe = contents(input), _recipe(width, height)
    ms, made = milliseconds(lambda: render(body, recipe, "png", policy=_POLICY))
    with Image.open(BytesIO(made.body)) as image:
        pixels = image.convert("RGBA" if image.has_transparency_data else "RGB")
    keep(out, pixels.tobytes())
    return {"bands": len(pixels.getbands()), **_answer(made, ms - made.ms["encode"])}


def encode(pixels: str, format: str, quality: int = 0, out: str | None = None) -> Answer:
    """Encode pixels that need no resizing; the time is what `render` reports for encoding."""
    made = render(contents(pixels), Recipe(quality=quality), format, policy=_POLICY)
    keep(out, made.body)
    return _answer(made, made.ms["encode"])


def job(input: str, format: str, width: int = 0, height: int = 0, quality: int = 0, out: str | None = None) -> Answer:
    """Render a file's bytes to a variant's bytes."""
    body, recipe = contents(input), _recipe(width, height, quality)
    ms, made = milliseconds(lambda: render(body, recipe, format, policy=_POLICY))
    keep(out, made.body)
    return _answer(made, ms)


def origin(event: Any) -> Answer:
    """origin-response in a warm process: fetch, render, store and reply."""
    from edge import origin_response  # other operations need no storage client

    ms, response = milliseconds(lambda: origin_response.handler(event, None))
    return {"ms": ms, "status": response["status"], "message": response.get("body", "")[:200]}


def peak() -> Answer:
    return {"kilobytes": peak_kilobytes()}


def _recipe(width: int, height: int, quality: int = 0) -> Recipe:
    return Recipe(width, height, "fill" if width and height else "", quality=quality)


def _answer(made: Rendered, ms: float) -> Answer:
    return {"ms": ms, "bytes": len(made.body), "width": made.width, "height": made.height}


if __name__ == "__main__":
    malloc.keep_freed()  # as origin-response does
    serve({"resize": resize, "encode": encode, "job": job, "origin": origin, "peak": peak})
