"""Which originals are rendered in a child process."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from edge.contract.original import OriginalFacts
from edge.contract.recipe import Recipe
from edge.rendering import render_original as module
from edge.rendering.original_reader import LoadedOriginal
from edge.rendering.render_original import render_original
from edge.storage.objects.store import Head
from tests.edge.originals import POLICY, jpeg

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
