"""What is known of an image without its bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from edge.contract import formats
from edge.contract.original import OriginalFacts
from edge.contract.policy import load_policy
from edge.contract.url import parse_url
from edge.rendering.image_facts import describe
from edge.storage.objects.store import Head
from tests.edge.originals import POLICY


def described(width: int = 0, key: str = "a.jpg", content_type: str = "image/jpeg") -> dict[str, Any]:
    facts = OriginalFacts("1f2e3d4c", size=(width, 100) if width else None)
    head = Head(1234, '"e"', datetime.now(UTC), content_type=content_type, metadata=facts.as_metadata())
    return describe(key, head, POLICY, "https://cdn.example")


@pytest.mark.parametrize("format_", formats.SOURCES, ids=lambda each: each.name)
def test_the_format_is_what_the_content_type_says(format_: formats.FileFormat) -> None:
    assert described(content_type=format_.content_type)["format"] == format_.name


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (1, [1]),
        (50, [50]),
        (51, [50, 51]),
        (300, [50, 100, 150, 200, 300]),
        (350, [50, 100, 150, 200, 300, 350]),
        (2560, [*POLICY.ladder]),
        (2561, [*POLICY.ladder]),
        (99_999, [*POLICY.ladder]),
    ],
)
def test_the_sizes_are_the_rungs_up_to_the_originals_width(width: int, widths: list[int]) -> None:
    assert [size["width"] for size in described(width)["sizes"]] == widths


def test_every_link_is_a_public_url_that_needs_no_signature() -> None:
    found = described(1700, "été/a+b 100%.jpg")
    for url in [found["url"], *(size["url"] for size in found["sizes"])]:
        path, _, query = url.removeprefix("https://cdn.example").partition("?")
        request = parse_url(path, query, load_policy())
        assert (request.key, request.version) == ("été/a+b 100%.jpg", "1f2e3d4c")
        assert not POLICY.needs_signature(request.recipe)
