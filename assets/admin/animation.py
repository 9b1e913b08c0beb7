"""What editors are told about an animation that visitors see as a still image, always or at some sizes."""

from __future__ import annotations

from assets.models import Asset
from edge.contract.policy import load_policy
from edge.image import Source
from edge.image.decode.limits import rounded_down, rounded_up


def frame_count(asset: Asset) -> str:
    """The number of frames. Those of longer animations than the policy allows are not counted to the end."""
    most = load_policy().max_frames
    return f"more than {most}" if asset.frames > most else str(asset.frames)


def still_notice(asset: Asset) -> str:
    """Where and why, as a sentence without its subject, and what to do about it.

    Empty for a still image, and for an animation that moves at every size.
    """
    policy = load_policy()
    source = Source(asset.format, asset.width, asset.height, asset.frames)
    width = source.largest_moving_width(policy)
    if source.frames == 1 or width == source.width:
        return ""
    if source.frames > policy.max_frames:
        return f"is shown as a still image: it has more than {policy.max_frames} frames. Shorten the animation."
    if not width:
        return f"is shown as a still image: {_too_many(source, policy.max_animation_source_pixels)}"
    return (
        f"moves up to a width of {width} pixels, and is shown as a still image where it is wider: "
        f"{_too_many(source, policy.max_animation_pixels)}"
    )


def _too_many(source: Source, limit: int) -> str:
    pixels = source.frames * source.width * source.height
    size = f"{source.frames} frames of {source.width} × {source.height} pixels"
    return (
        f"{size} are {rounded_up(pixels / 1e6)} megapixels, more than the {rounded_down(limit / 1e6)} allowed. "
        "Shorten the animation or make it smaller."
    )
