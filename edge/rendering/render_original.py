"""Rendering an original, in this process or in a child."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from edge.contract.edits import RecipeOrEdits
from edge.contract.original import Verdict
from edge.contract.policy import Policy
from edge.image import NO_OVERLAYS, Rendered, render
from edge.rendering.isolated_render import render_isolated
from edge.rendering.original_reader import LoadedOriginal


def render_original(
    original: LoadedOriginal,
    recipe: RecipeOrEdits,
    format_class: str,
    policy: Policy,
    overlays: Mapping[tuple[str, str], bytes] = NO_OVERLAYS,
) -> Rendered:
    """The variant of ``original``. Raises what `render` raises, and `ServiceUnavailable`.

    Django has decoded what it examined; all else is rendered in a child process, because it may never end.
    """
    facts = original.facts
    work = partial(
        render,
        original.body,
        recipe,
        format_class,
        focal=facts.focal,
        faces=facts.faces or (),
        blurred=facts.verdict is Verdict.BLURRED,
        overlays=overlays,
        policy=policy,
    )
    return work() if facts.examined else render_isolated(work)
