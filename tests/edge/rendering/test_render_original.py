"""Which originals are rendered in a child process."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image, ImageFilter, ImageStat

from edge.contract.original import OriginalFacts, Verdict
from edge.contract.recipe import Recipe, make_recipe
from edge.rendering import render_original as module
from edge.rendering.original_reader import LoadedOriginal
from edge.rendering.render_original import render_original
from edge.storage.objects.store import Head
from tests.edge.originals import POLICY, jpeg, noisy_png

EXAMINED = OriginalFacts("1f2e3d4c").as_metadata()


@pytest.mark.parametrize(
    ("metadata", "children"),
    [(EXAMINED, 0), ({}, 1), ({"version": "1f2e3d4c"}, 1), (EXAMINED | {"examined": "0"}, 1), ({"examined": "1"}, 1)],
)
def test_only_what_django_examined_is_rendered_in_this_process(
    monkeypatch: pytest.MonkeyPatch, metadata: dict[str, str], children: int
) -> None:
    made = []
    run = module.render_isolated  # type: ignore[attr-defined] # as imported there
    monkeypatch.setattr(module, "render_isolated", lambda work: made.append(1) or run(work))  # type: ignore[func-returns-value]
    head = Head(1, '"e"', datetime.now(UTC), metadata=metadata)
    rendered = render_original(LoadedOriginal(jpeg(), head), Recipe(100), "webp", POLICY)
    assert (rendered.width, len(made)) == (100, children)


@pytest.mark.parametrize("examined", [True, False])
def test_what_is_known_of_an_original_reaches_the_engine(examined: bool) -> None:
    """In this process and in a child: the crop is around the face, and no square of the pattern is left."""
    body = noisy_png(200)
    shown = OriginalFacts("1f2e3d4c", examined=examined, faces=((800, 800, 100, 100),))

    def rendered(facts: OriginalFacts, recipe: Recipe) -> Image.Image:
        head = Head(1, '"e"', datetime.now(UTC), metadata=facts.as_metadata())
        result = render_original(LoadedOriginal(body, head), recipe, "png", POLICY)
        return Image.open(BytesIO(result.body)).convert("RGB")

    crop = rendered(shown, make_recipe({"width": 20, "height": 20, "gravity": "face", "pad": 0}))
    with Image.open(BytesIO(body)) as original:
        assert crop.tobytes() == original.crop((160, 160, 180, 180)).tobytes()
    blurred = rendered(replace(shown, verdict=Verdict.BLURRED), Recipe())
    assert blurred.size == (200, 200)
    assert max(ImageStat.Stat(blurred.filter(ImageFilter.FIND_EDGES).crop((2, 2, 198, 198))).mean) < 2
