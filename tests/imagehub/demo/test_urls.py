"""The demo's URLs."""

from __future__ import annotations

from django.urls import resolve, reverse

from imagehub.demo.gallery import gallery


def test_the_gallery_has_a_url_of_its_name() -> None:
    assert reverse("gallery") == "/gallery/"
    assert resolve("/gallery/").func is gallery
