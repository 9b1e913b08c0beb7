"""libvips as a worker, through pyvips: `vips_thumbnail` and the encoders' defaults."""

from __future__ import annotations

from typing import Any

import pyvips

from tests.bench.engines.serve import Answer, contents, keep, milliseconds, peak_kilobytes, serve

pyvips.cache_set_max(0)
#: A height that `vips_thumbnail` never reaches.
_ANY = 10_000_000


def resize(input: str, width: int, height: int = 0, out: str | None = None) -> Answer:
    body = contents(input)
    made: list[Any] = []

    def run() -> bytes:
        made[:] = [_thumbnail(body, width, height)]
        return bytes(made[0].write_to_memory())

    ms, pixels = milliseconds(run)
    keep(out, pixels)
    return {"ms": ms, "bytes": len(pixels), **_shape(made[0])}


def encode(pixels: str, format: str, quality: int = 0, effort: int | None = None, out: str | None = None) -> Answer:
    image = pyvips.Image.new_from_buffer(contents(pixels), "").copy_memory()
    ms, body = milliseconds(lambda: _encoded(image, format, quality, effort))
    keep(out, body)
    return {"ms": ms, "bytes": len(body), **_shape(image)}


def job(input: str, format: str, width: int = 0, height: int = 0, quality: int = 0, out: str | None = None) -> Answer:
    source = contents(input)
    made: list[Any] = []

    def run() -> bytes:
        made[:] = [_thumbnail(source, width, height)]
        return _encoded(made[0], format, quality, None)

    ms, body = milliseconds(run)
    keep(out, body)
    return {"ms": ms, "bytes": len(body), **_shape(made[0])}


def peak() -> Answer:
    return {"kilobytes": peak_kilobytes()}


def versions() -> Answer:
    return {"libvips": ".".join(str(pyvips.version(part)) for part in range(3)), "pyvips": pyvips.__version__}


def _thumbnail(body: bytes, width: int, height: int) -> Any:
    size = "force" if width and height else "down"
    return pyvips.Image.thumbnail_buffer(body, width, height=height or _ANY, size=size)


def _encoded(image: Any, format: str, quality: int, effort: int | None) -> bytes:
    options: dict[str, int] = {"Q": quality} if quality else {}
    if effort is not None:
        options["effort"] = effort
    return bytes(image.write_to_buffer(f".{format}", **options))


def _shape(image: Any) -> Answer:
    return {"width": image.width, "height": image.height, "bands": image.bands}


if __name__ == "__main__":
    serve({"resize": resize, "encode": encode, "job": job, "peak": peak, "versions": versions})
