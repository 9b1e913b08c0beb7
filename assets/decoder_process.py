"""``python -m assets.decoder_process``: decodes an untrusted file, within limits on memory and time.

Its arguments are a job, the limits in bytes and in seconds, and the job's options. It reads the file from stdin and
writes its answer to stdout as JSON: ``{"found": {…}}`` or ``{"refused": [code, message]}``. If it crashes or exceeds a
limit, there is no answer. `assets.isolation` starts it. It never imports Django: each upload waits for its imports.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from PIL import AvifImagePlugin

from edge.contract.errors import SourceRefused
from edge.contract.policy import load_policy
from edge.image import examination

Found = dict[str, Any]


def examine(body: bytes) -> Found:
    """What ``body`` is, with every pixel of it decoded. Raises `SourceRefused`."""
    found = examination.examine(body, load_policy())
    return {
        **asdict(found.source),
        "placeholder": found.placeholder,
        "length": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }


def convert_heic(body: bytes, output: str, *options: str) -> Found:
    """Writes a JPEG or PNG of a HEIC photo to the file ``output``. Raises `SourceRefused`."""
    from assets.heic_decoder import convert  # pillow-heif is large, optional, and needed for few files

    Path(output).write_bytes(convert(body, lossless="lossless" in options))
    return {}


def find_faces(body: bytes) -> Found:
    """The faces in a JPEG of ours. Raises `SourceRefused` if the extra ``faces`` is not installed."""
    try:
        from assets.face_detector import find_faces as detect  # OpenCV is large and optional

        return detect(body)
    except ImportError as error:
        raise SourceRefused.unsupported(f"the extra faces is not installed ({error.name} is missing).") from None


def preview(body: bytes, output: str, side: str, *options: str) -> Found:
    """Writes a JPEG of the first frame to the file ``output``, at most ``side`` pixels long. Raises `SourceRefused`."""
    from edge.contract.recipe import Recipe  # uploads need no renderer
    from edge.image import render

    recipe = Recipe(int(side), int(side), "inside")
    policy = replace(load_policy(), copyright=False)
    rendered = render(body, recipe, "jpeg", blurred="blurred" in options, policy=policy)
    Path(output).write_bytes(rendered.body)
    return {}


def reduce(body: bytes, output: str, side: str, most: str, *qualities: str) -> Found:
    """Writes a JPEG for analysers to the file ``output``, and tells its size. Raises `SourceRefused`.

    It is at most ``side`` pixels long, and has the first of ``qualities`` at which it has at most ``most`` bytes.
    """
    from edge.contract.recipe import Recipe
    from edge.image import render

    policy = replace(load_policy(), copyright=False)
    for quality in qualities:
        rendered = render(body, Recipe(int(side), int(side), "inside", quality=int(quality)), "jpeg", policy=policy)
        if len(rendered.body) <= int(most):
            break
    Path(output).write_bytes(rendered.body)
    return {"width": rendered.width, "height": rendered.height}


JOBS: Mapping[str, Callable[..., Found]] = MappingProxyType(
    {
        "examine": examine,
        "convert-heic": convert_heic,
        "find-faces": find_faces,
        "preview": preview,
        "reduce": reduce,
    }
)


def main(job: str, memory: str, seconds: str, *options: str) -> None:
    """Do ``job`` and write its answer to stdout."""
    limit_process(int(memory), int(seconds))
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each thread reserves memory, even if it uses none
    sys.stdout.write(json.dumps(_answer(job, options)))


def _answer(job: str, options: tuple[str, ...]) -> dict[str, object]:
    try:
        return {"found": JOBS[job](sys.stdin.buffer.read(), *options)}
    except SourceRefused as error:
        return {"refused": [error.code, error.message]}
    except MemoryError:
        text = "The image needs more memory than this server allows. Make it smaller."
        return {"refused": ["source_too_large", text]}


def limit_process(memory: int, seconds: int) -> None:
    """Let this process have so many bytes of memory and seconds of CPU, and write no core dump."""
    _limit(resource.RLIMIT_CORE, 0, 0)
    _limit(resource.RLIMIT_CPU, seconds, seconds + 1)  # SIGXCPU, a second before SIGKILL
    with suppress(ValueError, OSError):  # macOS does not limit address space
        _limit(resource.RLIMIT_AS, memory, memory)


def _limit(kind: int, soft: int, hard: int) -> None:
    """Lower a limit; the host's own is never raised."""
    most = resource.getrlimit(kind)[1]
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(kind, (soft, hard))


if __name__ == "__main__":
    main(*sys.argv[1:])
