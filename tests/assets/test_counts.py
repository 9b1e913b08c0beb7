"""Numbers of things, in words."""

from __future__ import annotations

import pytest

from assets.counts import count_images


@pytest.mark.parametrize(("count", "text"), [(0, "0 images"), (1, "1 image"), (2, "2 images"), (2000, "2,000 images")])
def test_images_are_counted(count: int, text: str) -> None:
    assert count_images(count) == text
