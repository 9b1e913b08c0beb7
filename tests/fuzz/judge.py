"""What the engine may answer: an image that matches its description, or one of our errors."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from functools import cache
from io import BytesIO

from PIL import Image

from edge.contract.edits import Edits
from edge.contract.errors import EdgeError
from edge.contract.operations import make_operation
from edge.contract.policy import Policy
from edge.contract.recipe import Recipe
from edge.contract.slug import parse_slug
from edge.image import Rendered, render, verify

VERIFY = "verify"
#: One recipe of each sort: unchanged, reduced, enlarged, cropped, rotated on a background, all effects.
SLUGS = (
    "full",
    "w300",
    "w300_h300_fcover_gauto",
    "w300_h200_foutside_up",
    "w300_h200_fcontain_bg33669980_rot90_flop",
    "w400_blur3_sharpen2_gray_trim10",
)
CLASSES = ("avif", "webp", "basic", "gif")
#: The file as a watermark on a small image, and the file after operations that no recipe has.
OVERLAY, OPERATIONS = "overlay", "operations"
JOBS = (VERIFY, OVERLAY, OPERATIONS, *(f"{slug}.{name}" for slug in SLUGS for name in CLASSES))
#: Metadata that no variant may contain.
_METADATA = frozenset({"exif", "xmp", "icc_profile", "comment", "photoshop"})
_CODES = frozenset({"source_damaged", "source_unsupported", "source_too_large", "overlay_unavailable"})
_MARK = make_operation("watermark", key="fuzzed", version="fuzzed", size=60)
_OPERATIONS = (
    make_operation("median"),
    make_operation("normalise"),
    make_operation("modulate", saturation=2, hue=90),
    make_operation("tint", colour="704214"),
    make_operation("convolve", kernel=[0, -1, 0, -1, 5, -1, 0, -1, 0]),
    make_operation("round_crop"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one job. ``kind`` is ``image``, ``refused`` or ``fault``; ``seconds`` is CPU time."""

    kind: str
    detail: str
    seconds: float = 0.0
    megabytes: float = 0.0
    source: str = ""


def judged(body: bytes, job: str, policy: Policy) -> Outcome:
    """The outcome of running ``job`` on ``body``; anything but an image or one of our errors is a fault."""
    try:
        if job == VERIFY:
            source = verify(body, policy)
            return Outcome("image", source.format, source=f"{source.width}×{source.height}×{source.frames}")
        made, format_class = _rendered(body, job, policy)
        broken = broken_promise(made, format_class, policy)
        return Outcome("fault", broken) if broken else Outcome("image", made.format)
    except EdgeError as error:
        if error.code not in _CODES or not error.message.endswith(".") or "more memory than" in error.message:
            return Outcome("fault", f"{error.code}: {error.message}")
        return Outcome("refused", error.code)
    except Exception:
        return Outcome("fault", traceback.format_exc(limit=-3))


def _rendered(body: bytes, job: str, policy: Policy) -> tuple[Rendered, str]:
    """The variant, and the class of formats that was asked for."""
    if job == OVERLAY:
        overlays = {("fuzzed", "fuzzed"): body}
        return render(_base(), Edits(Recipe(), operations=(_MARK,)), "webp", overlays=overlays, policy=policy), "webp"
    if job == OPERATIONS:
        return render(
            body, Edits(Recipe(width=300), moving=False, operations=_OPERATIONS), "webp", policy=policy
        ), "webp"
    slug, format_class = job.rsplit(".", 1)
    recipe = parse_slug(slug)
    assert isinstance(recipe, Recipe)
    return render(body, recipe, format_class, policy=policy), format_class


@cache
def _base() -> bytes:
    output = BytesIO()
    Image.new("RGB", (200, 150), "teal").save(output, "PNG")
    return output.getvalue()


def broken_promise(made: Rendered, format_class: str, policy: Policy) -> str:
    """The first mismatch between a variant and its description; ``""`` if there is none."""
    if made.content_type != f"image/{made.format}":
        return f"{made.format} is sent as {made.content_type}"
    if format_class not in ("avif", "basic") and made.format != format_class:
        return f"{made.format} for {format_class}"
    if not 1 <= min(made.width, made.height) <= max(made.width, made.height) <= policy.max_side:
        return f"{made.width} × {made.height} is beyond the limits"
    with Image.open(BytesIO(made.body), formats=[made.format]) as image:
        if image.size != (made.width, made.height):
            return f"described as {made.width} × {made.height}, but is {image.width} × {image.height}"
        if carried := _METADATA & image.info.keys():
            return f"contains {', '.join(sorted(carried))}"
        for frame in range(getattr(image, "n_frames", 1)):
            image.seek(frame)
            image.load()
    return ""
