"""Our engine as a worker: `edge.image.render`, as the origin-response door calls it, and the door itself."""

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
    """Decoded and resized. The whole of `render`, less what it says that encoding took."""
    body, recipe = contents(input), _recipe(width, height)
    ms, made = milliseconds(lambda: render(body, recipe, "png", policy=_POLICY))
    with Image.open(BytesIO(made.body)) as image:
        pixels = image.convert("RGBA" if image.has_transparency_data else "RGB")
    keep(out, pixels.tobytes())
    return {"bands": len(pixels.getbands()), **_answer(made, ms - made.ms["encode"])}


def encode(pixels: str, format: str, quality: int = 0, out: str | None = None) -> Answer:
    """The encoder alone, as `render` times it: pixels that need no resizing."""
    made = render(contents(pixels), Recipe(quality=quality), format, policy=_POLICY)
    keep(out, made.body)
    return _answer(made, made.ms["encode"])


def job(input: str, format: str, width: int = 0, height: int = 0, quality: int = 0, out: str | None = None) -> Answer:
    """The whole job: a file's bytes in, a variant's bytes out."""
    body, recipe = contents(input), _recipe(width, height, quality)
    ms, made = milliseconds(lambda: render(body, recipe, format, policy=_POLICY))
    keep(out, made.body)
    return _answer(made, ms)


def origin(event: Any) -> Answer:
    """origin-response, warm: the original fetched, rendered, stored and answered."""
    from edge import origin_response  # the store's client only where a store is asked for

    ms, response = milliseconds(lambda: origin_response.handler(event, None))
    return {"ms": ms, "status": response["status"], "message": response.get("body", "")[:200]}


def peak() -> Answer:
    return {"kilobytes": peak_kilobytes()}


def _recipe(width: int, height: int, quality: int = 0) -> Recipe:
    return Recipe(width, height, "fill" if width and height else "", quality=quality)


def _answer(made: Rendered, ms: float) -> Answer:
    return {"ms": ms, "bytes": len(made.body), "width": made.width, "height": made.height}


if __name__ == "__main__":
    malloc.keep_freed()  # as the door does
    serve({"resize": resize, "encode": encode, "job": job, "origin": origin, "peak": peak})
