"""The tracks of an AVIF animation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image

from tests.edge.image.pictures import (
    BLUE,
    GREEN,
    RED,
    decoded,
    saved,
)


def animated(edit: Callable[[bytearray, int, int], None]) -> bytes:
    images = [Image.new("RGB", (20, 10), colour) for colour in (RED, GREEN, BLUE)]
    body = bytearray(saved(images[0], "avif", save_all=True, append_images=images[1:], duration=[100, 200, 300]))
    edit(body, body.index(b"elst"), body.index(b"tkhd"))
    return bytes(body)


@pytest.mark.parametrize("plays", [0, 1, 3])
def test_it_plays_as_often_as_its_edit_list_says(plays: int) -> None:
    def edit(body: bytearray, edits: int, head: int) -> None:
        once = int.from_bytes(body[edits + 12 : edits + 20])
        body[head + 32 : head + 40] = (plays * once or (1 << 64) - 1).to_bytes(8)

    assert decoded(animated(edit), "webp").info["loop"] == plays


def test_it_plays_once_if_its_edit_list_does_not_repeat() -> None:
    def edit(body: bytearray, edits: int, head: int) -> None:
        body[edits + 7] = 0

    assert decoded(animated(edit), "webp").info["loop"] == 1
