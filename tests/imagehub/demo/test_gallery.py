"""The gallery: what it shows is what it says, in two queries whatever there is."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.test import Client
from django.urls import reverse

from assets.models import Asset, Preset
from imagehub import demo
from imagehub.demo.gallery import FIXED, MOST, RESPONSIVE, Snippet, preset_snippet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(settings: Any, static_files: None) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "CDN_URL": "https://cdn.test"}


def hang(count: int) -> list[Asset]:
    """So many pictures, as if uploaded."""
    facts: dict[str, Any] = {"format": "jpeg", "width": 2400, "height": 1600, "bytes": 872_214, "version": "1f2e3d4c"}
    pictures = [Asset(key=f"walls/{number}.jpg", alt_text=f"Wall {number}", **facts) for number in range(count)]
    return Asset.objects.bulk_create(pictures)


def page(client: Client) -> str:
    response = client.get(reverse("gallery"))
    assert response.status_code == 200
    return response.content.decode()


def test_it_lives_at_gallery() -> None:
    assert reverse("gallery") == "/gallery/"


def test_a_picture_is_shown_at_300_pixels_through_a_preset_and_responsively(client: Client) -> None:
    hang(1)
    Preset.objects.bulk_create([Preset(name="large", revision=1), Preset(name="medium", revision=2)])
    shown = html.unescape(page(client))
    urls = [f"https://cdn.test/walls/0.jpg?w={width}&v=1f2e3d4c" for width in (300, 400, 800, 1600)]
    assert all(url in shown for url in urls)
    assert f"{urls[1]} 400w," in shown
    assert "https://cdn.test/walls/0.jpg?p=medium.2&v=1f2e3d4c" in shown
    assert 'width="2400" height="1600"' in shown
    assert shown.count('alt="Wall 0"') == 3


@pytest.mark.parametrize("snippet", [FIXED, RESPONSIVE, preset_snippet("medium")], ids=lambda snippet: snippet.slug)
def test_beside_the_picture_stands_the_very_code_that_showed_it(client: Client, snippet: Snippet) -> None:
    (photo,) = hang(1)
    Preset.objects.bulk_create([Preset(name="medium")])
    shown = page(client)
    codes = re.findall(r"<code>(&lt;img.*?)</code>", shown, re.DOTALL)
    assert snippet.source in [html.unescape(re.sub("</?b>", "", code)) for code in codes]
    rendered = engines["django"].from_string("{% load imagehub %}" + snippet.source).render({"photo": photo})
    assert rendered in shown


def test_the_code_marks_tags_and_variables() -> None:
    assert list(preset_snippet("card").parts())[1] == (True, '{% img_url photo preset="card" %}')
    assert "".join(part for _, part in RESPONSIVE.parts()) == RESPONSIVE.source


@pytest.mark.parametrize("count", [1, 20])
def test_it_takes_one_query_for_pictures_and_one_for_presets_new_to_it(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    hang(count)
    Preset.objects.bulk_create([Preset(name="medium")])
    with django_assert_num_queries(2):
        page(client)
    with django_assert_num_queries(1):
        page(client)


def test_it_shows_the_newest_and_says_that_there_are_more(client: Client) -> None:
    hang(MOST + 1)
    shown = page(client)
    assert shown.count("<article") == MOST
    assert f"walls/{MOST}.jpg" in shown
    assert "walls/0.jpg" not in shown
    assert f"the newest {MOST}" in shown


def test_without_presets_it_says_where_to_make_one(client: Client) -> None:
    hang(1)
    shown = page(client)
    assert reverse("admin:imagehub_preset_add") in shown
    assert "preset=" not in shown


def test_without_pictures_it_says_what_to_do(client: Client) -> None:
    shown = page(client)
    assert reverse("admin:imagehub_asset_add") in shown
    assert "python manage.py demo_data" in shown


def test_an_editors_text_is_never_html(client: Client) -> None:
    hang(1)
    Asset.objects.update(title="<script>alert(1)</script>", alt_text='"><script>alert(2)</script>')
    assert "<script>alert" not in page(client)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_it_only_reads(client: Client, method: str) -> None:
    assert getattr(client, method)(reverse("gallery")).status_code == 405


def test_the_page_keeps_to_a_strict_policy(client: Client) -> None:
    response = client.get(reverse("gallery"))
    directives = response["Content-Security-Policy"]
    assert "unsafe" not in directives
    assert re.search(r"connect-src 'self' http\S+", directives)
    folder = Path(demo.__file__).parent / "templates" / "demo"
    for name in ("base.html", "gallery.html"):
        source = (folder / name).read_text()
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", source)
