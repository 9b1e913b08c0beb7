"""Snippets: each works when pasted, says the variant's own size, and contains no code that an editor wrote."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.template import engines

from assets.models import Asset, Preset
from edge.contract.recipe import make_recipe
from edge.contract.signing import KeyRing
from imagehub.demo.snippets import Snippet, centred, cropped, one_width, responsive, variant_size, with_preset
from tests.imagehub.demo.images import make_asset, make_preset


@pytest.fixture(autouse=True)
def _cdn(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "CDN_URL": "https://cdn.test"}


@pytest.fixture
def preset(db: None) -> Preset:
    preset = make_preset()
    Preset._base_manager.bulk_create([preset])
    return preset


def attributes(snippet: Snippet) -> dict[str, str]:
    """The attributes of the rendered ``<img>``."""
    return {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', snippet.html())}


def test_one_width_has_the_variants_own_size() -> None:
    shown = attributes(one_width(make_asset(), 300))
    assert shown["src"] == "https://cdn.test/photo.jpg?w=300"
    assert (shown["width"], shown["height"], shown["loading"]) == ("300", "200", "lazy")
    assert shown["alt"] == "Sand dunes at dusk."


def test_a_small_original_is_not_said_to_be_larger_than_it_is() -> None:
    shown = attributes(one_width(make_asset(width=200, height=100), 300))
    assert (shown["width"], shown["height"]) == ("200", "100")


def test_a_preset_has_the_size_of_its_crop(preset: Preset) -> None:
    shown = attributes(with_preset(make_asset(), preset))
    assert shown["src"] == "https://cdn.test/photo.jpg?p=banner.2"
    assert (shown["width"], shown["height"]) == ("600", "200")


def test_a_crop_around_the_centre_is_signed(preset: Preset, signing: KeyRing) -> None:
    shown = attributes(centred(make_asset(), preset))
    assert shown["src"].startswith("https://cdn.test/photo.jpg?w=600&h=200&g=center&s=k1.")


def test_a_crop_spells_its_options_as_a_template_does(signing: KeyRing) -> None:
    snippet = cropped(make_asset(), 600, 200, gravity="face", pad=40)
    assert '{% img_url "photo.jpg" 600 height=200 gravity="face" pad=40 %}' in snippet.source
    shown = attributes(snippet)
    assert shown["src"].startswith("https://cdn.test/photo.jpg?w=600&h=200&g=face&pad=40&s=k1.")
    assert (shown["width"], shown["height"]) == ("600", "200")


def test_every_candidate_of_a_responsive_image_is_a_rung_of_the_ladder_and_needs_no_signature() -> None:
    shown = attributes(responsive(make_asset()))
    candidates = re.findall(r"https://cdn\.test/photo\.jpg\?w=(\d+) (\d+)w", shown["srcset"])
    assert candidates == [(rung, rung) for rung in ("400", "600", "800", "1000", "1200", "1600")]
    assert shown["src"] == "https://cdn.test/photo.jpg?w=800"
    assert (shown["width"], shown["height"]) == ("800", "533")
    assert shown["sizes"] == "(min-width: 832px) 800px, calc(100vw - 2rem)"
    assert "loading" not in shown


@pytest.mark.parametrize(
    ("size", "width", "widest"),
    [((3600, 1200), 1200, 2000), ((1600, 2400), 300, 600), ((700, 700), 400, 600), ((500, 500), 400, 400)],
)
def test_a_responsive_image_fits_the_page_and_is_never_wider_than_its_original(
    size: tuple[int, int], width: int, widest: int
) -> None:
    snippet = responsive(make_asset(width=size[0], height=size[1]))
    assert snippet.width == width
    assert max(int(rung) for rung in re.findall(r'"photo\.jpg" (\d+) %}', snippet.source)) == widest


@pytest.mark.parametrize("size", [(90, 60), (20, 20)])
def test_an_image_below_the_smallest_candidate_has_no_srcset(size: tuple[int, int]) -> None:
    assert "srcset" not in responsive(make_asset(width=size[0], height=size[1])).source


@pytest.mark.parametrize("build", [lambda asset: one_width(asset, 300), responsive], ids=["one width", "responsive"])
def test_the_code_renders_the_same_without_any_context(build: Callable[[Asset], Snippet]) -> None:
    snippet = build(make_asset())
    assert engines["django"].from_string(snippet.source).render() == snippet.html()


@pytest.mark.parametrize("key", ["two words.jpg", "a&w=5.jpg", "it's.jpg", "100%.jpg", "山/水.jpg", "(1) ,;@$!.JPG"])
def test_odd_keys_stand_in_the_code_as_they_are(key: str) -> None:
    snippet = one_width(make_asset(key=key), 300)
    assert f'"{key}"' in snippet.source
    assert attributes(snippet)["src"].startswith("https://cdn.test/")


@pytest.mark.parametrize("key", ['say "hi".jpg', "{{ x }}.jpg", 'a" %}{% debug %}.jpg'])
def test_a_key_that_a_tag_cannot_hold_is_passed_as_a_variable(key: str) -> None:
    snippet = one_width(make_asset(key=key), 300)
    assert "{% img_url photo 300 %}" in snippet.source
    assert attributes(snippet)["src"].startswith("https://cdn.test/")


def test_an_alternative_text_is_neither_template_code_nor_html() -> None:
    text = '{{ settings.SECRET_KEY }} {% debug %} {# note #} "><script>'
    snippet = one_width(make_asset(alt_text=text), 300)
    assert attributes(snippet)["alt"] == text
    assert "<script>" not in snippet.html()


def test_the_parts_mark_template_tags_and_add_up_to_the_source() -> None:
    snippet = one_width(make_asset(), 300)
    assert [part for is_tag, part in snippet.parts() if is_tag] == [
        "{% load imagehub %}",
        '{% img_url "photo.jpg" 300 %}',
    ]
    assert "".join(part for _, part in snippet.parts()) == snippet.source


def test_the_size_of_a_variant_follows_the_recipe() -> None:
    assert variant_size(make_asset(), make_recipe({"width": 300, "height": 300})) == (300, 300)
    assert variant_size(make_asset(), make_recipe({})) == (2400, 1600)
