"""Rendering an original of which nobody knows whether it can be decoded, in a child process."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from edge.contract.errors import BadRequest, EdgeError, OverlayUnavailable, ServiceUnavailable, SourceRefused
from edge.image import Rendered, malloc
from edge.rendering.child_process import Cause, ChildFailed, ChildLimits, run_in_child

#: Together with reading and storing this is less than the 30 seconds that the template gives origin-response. Memory:
#: the engine needs less than a gigabyte for whatever it admits. Result: the largest variant has 50 MB.
LIMITS = ChildLimits(cpu_seconds=20, wall_seconds=20, memory_bytes=1300 << 20, result_bytes=128 << 20)

_REFUSALS = {
    Cause.TIME: SourceRefused.too_large("The image takes too long to render. Make it smaller."),
    Cause.MEMORY: SourceRefused.too_large("The image needs more memory than is available. Make it smaller."),
    Cause.CRASH: SourceRefused.damaged("The image cannot be decoded. Export or download it again."),
}
#: What `render` raises, by name.
_REPLIES: Mapping[str, type[EdgeError]] = MappingProxyType(
    {each.__name__: each for each in (SourceRefused, BadRequest, OverlayUnavailable)}
)


def render_isolated(work: Callable[[], Rendered]) -> Rendered:
    """What ``work`` returns in a child process.

    Raises `SourceRefused` if the original is at fault: also if the child exceeds its limits or crashes. Raises
    `ServiceUnavailable` if somebody stopped the child, `ChildFailed` for an error of our own, and what `render` raises.
    """
    try:
        return _parse(run_in_child(lambda: _spell(work), LIMITS))
    except ChildFailed as failed:
        if failed.cause is Cause.STOPPED:
            raise ServiceUnavailable("render_stopped", "Rendering was interrupted. Try again in a moment.") from None
        if failed.cause not in _REFUSALS:
            raise
        refusal = _REFUSALS[failed.cause]
        raise SourceRefused(refusal.code, refusal.message) from None


def _spell(work: Callable[[], Rendered]) -> bytes:
    """One line of JSON, then the variant's bytes. Not a pickle: the parent must not run what a child sends."""
    malloc.share_one_arena()
    try:
        rendered = work()
    except tuple(_REPLIES.values()) as error:
        # A subclass says no more than its code does.
        name = next(name for name, each in _REPLIES.items() if isinstance(error, each))
        return json.dumps({"error": name, **error.as_dict()}).encode() + b"\n"
    facts = {name: getattr(rendered, name) for name in ("content_type", "width", "height", "format")}
    return json.dumps(facts | {"ms": dict(rendered.ms)}).encode() + b"\n" + rendered.body


def _parse(result: bytes) -> Rendered:
    end = result.index(b"\n")
    facts = json.loads(result[:end])
    if "error" in facts:
        raise _REPLIES[facts["error"]](facts["code"], facts["message"])
    return Rendered(body=result[end + 1 :], **facts)
