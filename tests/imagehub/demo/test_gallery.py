"""The gallery's page: it shows what its code renders, in a fixed number of queries, under a strict policy."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.test import Client
from django.urls import reverse

from assets import preset_revisions
from assets.models import Asset, Preset
from edge.contract.signing import KeyRing
from imagehub import demo
from imagehub.demo.gallery import MAX_IMAGES
from tests.imagehub.demo.images import make_asset, make_preset

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(settings: Any, static_files: None) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "CDN_URL": "https://cdn.test"}


def save_assets(count: int) -> list[Asset]:
    return Asset._base_manager.bulk_create(
        [make_asset(key=f"walls/{number}.jpg", alt_text=f"Wall {number}") for number in range(count)]
    )


def save_presets() -> None:
    Preset._base_manager.bulk_create([make_preset("banner", 600, 200), make_preset("square", 300, 300)])


def page(client: Client, **query: str) -> str:
    response = client.get(reverse("gallery"), query)
    assert response.status_code == 200
    return response.content.decode()


def codes(shown: str) -> list[str]:
    """The template code of each snippet on the page, as a reader copies it."""
    blocks = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", shown, re.DOTALL)
    return [html.unescape(re.sub("</?b>", "", block)) for block in blocks]


def test_every_snippet_renders_when_it_is_pasted_and_its_result_is_on_the_page(
    client: Client, signing: KeyRing
) -> None:
    save_assets(1)
    save_presets()
    shown = page(client)
    sources = codes(shown)
    assert len(sources) == 6  # responsive, two presets with a centre each, one width
    for source in sources:
        rendered = engines["django"].from_string(source).render()
        assert "https://cdn.test/walls/0.jpg?" in rendered
        assert rendered in shown


def test_no_image_claims_the_size_of_its_original(client: Client, signing: KeyRing) -> None:
    save_assets(1)
    save_presets()
    sizes = re.findall(r'<img[^>]*?width="(\d+)" height="(\d+)"', page(client))
    assert ("300", "200") in sizes
    assert ("600", "200") in sizes
    assert ("2400", "1600") not in sizes


def test_the_page_shows_a_signed_url_and_the_body_of_a_refusal(client: Client, signing: KeyRing) -> None:
    save_assets(1)
    shown = html.unescape(page(client))
    assert re.search(r"https://cdn\.test/walls/0\.jpg\?w=\d+&s=k1\.", shown)
    assert '{"status": 403, "code": "signature_wrong"' in shown


def test_faces_are_marked_and_cropped_around(client: Client, signing: KeyRing) -> None:
    Asset._base_manager.bulk_create([make_asset(faces=[[350, 120, 180, 220]])])
    shown = page(client)
    sources = codes(shown)
    assert sum('gravity="faces"' in source for source in sources) == 2
    assert all(engines["django"].from_string(source).render() in shown for source in sources)
    assert 'aria-label="Faces found: 1"><rect x="280" y="63"' in shown


def test_an_image_without_faces_names_one_with_them(client: Client, signing: KeyRing, settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "faces"}
    faces = [[350, 120, 180, 220]]
    Asset._base_manager.bulk_create([make_asset(key="team.jpg", faces=faces), make_asset(faces=[])])
    shown = page(client, image="photo.jpg")
    assert "No face was found in this image" in shown
    assert '<a href="?image=team.jpg#faces">team.jpg</a>' in shown


def test_without_an_analyser_the_page_says_how_to_get_one(client: Client, signing: KeyRing) -> None:
    save_assets(1)
    assert "Faces are not looked for here. Install the extra" in page(client)


def test_without_a_signing_key_the_page_says_what_needs_one(client: Client) -> None:
    save_assets(1)
    save_presets()
    shown = page(client)
    assert "no signing key is configured here" in shown
    assert "s=k1" not in shown
    assert 'gravity="center"' not in html.unescape(shown)


def test_the_newest_image_is_shown_unless_the_url_names_another(client: Client) -> None:
    save_assets(3)
    assert '<h2 id="image">walls/2.jpg</h2>' in page(client)
    assert '<h2 id="image">walls/0.jpg</h2>' in page(client, image="walls/0.jpg")
    assert '<h2 id="image">walls/2.jpg</h2>' in page(client, image="nothing.jpg")


def test_every_image_of_the_strip_links_to_its_tour(client: Client) -> None:
    Asset._base_manager.bulk_create([make_asset(key="a&b/100% ü.jpg"), make_asset(key="plain.jpg")])
    link = re.search(r'<a href="(\?image=[^"]+)">', page(client))
    assert link
    assert b"a&amp;b/100% \xc3\xbc.jpg</h2>" in client.get(reverse("gallery") + html.unescape(link[1])).content


@pytest.mark.parametrize("count", [1, 20])
def test_queries_do_not_grow_with_the_number_of_images(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    save_assets(count)
    save_presets()
    page(client)  # the first page of a day also records which presets it names
    preset_revisions.clear()
    with django_assert_num_queries(3):
        page(client)
    with django_assert_num_queries(2):
        page(client)


def test_only_the_newest_images_are_listed_and_the_page_says_so(client: Client) -> None:
    save_assets(MAX_IMAGES + 1)
    shown = page(client)
    assert shown.count('<a href="?image=') == MAX_IMAGES
    assert f"the newest {MAX_IMAGES} images" in shown


def test_without_presets_the_page_links_to_the_form_that_adds_one(client: Client) -> None:
    save_assets(1)
    shown = page(client)
    assert reverse("admin:imagehub_preset_add") in shown
    assert "preset=" not in shown


def test_without_images_the_page_says_how_to_add_some(client: Client) -> None:
    shown = page(client)
    assert reverse("admin:imagehub_asset_add") in shown
    assert "python manage.py demo_data" in shown


def test_text_from_editors_is_never_html(client: Client) -> None:
    save_assets(1)
    Asset.objects.update(title="<script>alert(1)</script>", alt_text='"><script>alert(2)</script>')
    assert "<script>alert" not in page(client)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_gallery_is_read_only(client: Client, method: str) -> None:
    assert getattr(client, method)(reverse("gallery")).status_code == 405


def test_the_page_has_a_strict_policy_and_no_inline_code(client: Client) -> None:
    directives = client.get(reverse("gallery"))["Content-Security-Policy"]
    assert "unsafe" not in directives
    assert re.search(r"connect-src 'self' http\S+", directives)
    for template in (Path(demo.__file__).parent / "templates" / "demo").glob("*.html"):
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", template.read_text()), template
