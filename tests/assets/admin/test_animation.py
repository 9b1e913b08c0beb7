"""What editors are told about an animation that visitors see as a still image."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from assets.admin.animation import frame_count, still_notice
from assets.models import Asset
from tests.assets.admin.forms import ADD, change_url, post
from tests.assets.conftest import change_policy
from tests.edge.image.pictures import animation

NOTICE = (
    "moves up to a width of 736 pixels, and is shown as a still image where it is wider: 125 frames of 978 × 720 "
    "pixels are 88.1 megapixels, more than the 50 allowed. Shorten the animation or make it smaller."
)


@cache
def gif() -> bytes:
    """88 megapixels in all."""
    return animation("gif", [Image.new("L", (978, 720), shade) for shade in range(125)], duration=40)


def asset(frames: int, width: int = 978, height: int = 720) -> Asset:
    return Asset(key="a.gif", format="gif", width=width, height=height, frames=frames)


@pytest.mark.parametrize(
    ("image", "notice"),
    [
        (asset(1, 9000, 9000), ""),
        (asset(71), ""),
        (asset(125), NOTICE),
        (asset(201, 10, 10), "is shown as a still image: it has more than 200 frames. Shorten the animation."),
        (
            asset(125, 1920, 1080),
            "is shown as a still image: 125 frames of 1920 × 1080 pixels are 259.2 megapixels, more than the 150 "
            "allowed. Shorten the animation or make it smaller.",
        ),
        (
            asset(2, 5000, 5001),
            "moves up to a width of 4999 pixels, and is shown as a still image where it is wider: 2 frames of "
            "5000 × 5001 pixels are 50.1 megapixels, more than the 50 allowed. "
            "Shorten the animation or make it smaller.",
        ),
    ],
    ids=["still", "within the limits", "wide", "long", "large", "hardly too large"],
)
def test_the_notice_says_where_it_is_still_and_why(image: Asset, notice: str) -> None:
    assert still_notice(image) == notice


def test_frames_that_were_not_counted_are_not_stated() -> None:
    assert frame_count(asset(200)) == "200"
    assert frame_count(asset(201)) == "more than 200"


@pytest.mark.django_db
def test_the_editor_is_told_at_upload_and_on_the_page(admin_client: Client) -> None:
    response = post(admin_client, ADD, gif(), "loop.gif", decorative="on")
    saved = Asset.objects.get()
    assert (saved.frames, saved.width) == (125, 978)
    assert f"The animation loop.gif {NOTICE}" in _told(response)
    page = admin_client.get(change_url(saved)).content.decode()
    assert f'<p class="imagehub-notice">This animation {NOTICE}</p>' in page
    assert "<dt>Frames</dt><dd>125</dd>" in page


@pytest.mark.django_db
def test_a_change_of_the_texts_does_not_repeat_the_message(admin_client: Client) -> None:
    post(admin_client, ADD, gif(), "loop.gif", decorative="on")
    response = post(admin_client, change_url(Asset.objects.get()), None, title="A loop", decorative="on")
    assert not any("still image" in text for text in _told(response))


@pytest.mark.django_db(transaction=True)
def test_a_replacement_is_told_too(admin_client: Client) -> None:
    short = animation("gif", [Image.new("L", (60, 40), shade) for shade in (0, 99)], duration=40)
    post(admin_client, ADD, short, "loop.gif", decorative="on")
    page = admin_client.get(change_url(Asset.objects.get())).content.decode()
    assert "imagehub-notice" not in page
    assert "<dt>Frames</dt><dd>2</dd>" in page
    assert f"The animation loop.gif {NOTICE}" in _told(
        post(admin_client, change_url(Asset.objects.get()), gif(), decorative="on")
    )


@pytest.mark.django_db(transaction=True)
def test_the_policy_in_force_counts(admin_client: Client, policy_file: Path) -> None:
    post(admin_client, ADD, gif(), "loop.gif", decorative="on")
    change_policy(policy_file, max_animation_pixels=100_000_000)
    assert "imagehub-notice" not in admin_client.get(change_url(Asset.objects.get())).content.decode()


def _told(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]
