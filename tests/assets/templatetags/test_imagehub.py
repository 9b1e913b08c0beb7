"""The tag `img_url` in Django templates."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import TemplateSyntaxError, engines
from django.utils.safestring import SafeString

from assets import links
from assets.image_options import ImageOptionError
from assets.models import Asset, Preset
from edge.contract.signing import KeyRing

PHOTO = Asset(key="photos/beach.jpg", version="1f2e3d4c")
CDN = "http://127.0.0.1:8080"


@pytest.fixture(autouse=True)
def _cdn(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "CDN_URL": CDN}


def render(source: str, **context: object) -> str:
    template = engines["django"].from_string("{% load imagehub %}" + source)
    return str(template.render({"photo": PHOTO, **context}))


def test_the_tag_renders_the_url() -> None:
    assert render("{% img_url photo 300 %}") == f"{CDN}/photos/beach.jpg?w=300&amp;v=1f2e3d4c"


def test_with_autoescape_off_the_url_is_not_escaped() -> None:
    raw = f"{CDN}/photos/beach.jpg?w=300&v=1f2e3d4c"
    assert render("{% autoescape off %}{% img_url photo 300 %}{% endautoescape %}") == raw


def test_options_are_given_by_name() -> None:
    url = render("{% autoescape off %}{% img_url photo 300 height=300 fit='inside' format='webp' %}{% endautoescape %}")
    assert url == f"{CDN}/photos/beach.jpg?w=300&h=300&fit=inside&f=webp&v=1f2e3d4c"


def test_the_url_can_be_assigned_to_a_variable() -> None:
    assert render("{% img_url photo 300 as thumb %}[{{ thumb }}]") == f"[{CDN}/photos/beach.jpg?w=300&amp;v=1f2e3d4c]"


def test_a_variable_is_escaped_once_where_it_is_used() -> None:
    source = "{% autoescape off %}{% img_url photo 300 as thumb %}{{ thumb }}{% endautoescape %}"
    assert render(source) == f"{CDN}/photos/beach.jpg?w=300&v=1f2e3d4c"


def test_arguments_can_be_variables_with_filters() -> None:
    source = "{% img_url photos.0 side|add:100 height=missing %}"
    assert render(source, photos=[PHOTO], side=200) == f"{CDN}/photos/beach.jpg?w=300&amp;v=1f2e3d4c"


@pytest.mark.parametrize("photo", ["missing", "nothing", "''", "missing.photo"])
def test_without_a_photo_the_url_is_empty(photo: str) -> None:
    assert render("[{% img_url " + photo + " 300 %}]", nothing=None) == "[]"


def test_without_a_photo_the_variable_is_empty() -> None:
    assert render("{% img_url missing 300 as thumb %}{% if thumb %}yes{% else %}no{% endif %}") == "no"


def test_without_a_photo_the_url_is_empty_even_if_string_if_invalid_is_set(settings: Any) -> None:
    backend = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**backend, "OPTIONS": {**backend["OPTIONS"], "string_if_invalid": "INVALID"}}]
    assert render("[{% img_url missing 300 %}]") == "[]"


def test_a_template_can_render_several_photos() -> None:
    other = Asset(key="b.jpg", version="00000001")
    shown = render("{% for each in photos %}{% img_url each 300 %} {% endfor %}", photos=[PHOTO, other, PHOTO])
    keys = [url.partition("?")[0].removeprefix(f"{CDN}/") for url in shown.split()]
    assert keys == [PHOTO.key, "b.jpg", PHOTO.key]


def test_html_in_a_key_is_escaped() -> None:
    assert '"' not in render("{% img_url key %}", key=SafeString('"><script>.jpg'))


@pytest.mark.parametrize("key", ["hero", "/hero.jpg", "a/../b.jpg", "x" * 600 + ".jpg"])
def test_a_key_that_an_editor_typed_wrong_is_no_error_of_the_page(
    settings: Any, caplog: pytest.LogCaptureFixture, key: str
) -> None:
    links._log_once.cache_clear()
    assert render("[{% img_url key 300 %}]" * 2, key=key) == "[][]"
    assert "This is not a valid image key" in caplog.records[0].message
    assert len(caplog.records) == 1
    settings.DEBUG = True
    with pytest.raises(ImageOptionError, match="not a valid image key"):
        render("{% img_url key 300 %}", key=key)


@pytest.mark.django_db
def test_a_preset_needs_no_query(django_assert_num_queries: Any) -> None:
    Preset._base_manager.bulk_create([Preset(name="card", revision=3)])
    render('{% img_url photo preset="card" %}')
    with django_assert_num_queries(0):
        assert render('{% img_url photo preset="card" %}' * 50).count("p=card.3") == 50


def test_a_size_off_the_ladder_is_signed(signing: KeyRing) -> None:
    assert "w=333&amp;v=1f2e3d4c&amp;s=k1." in render("{% img_url photo 333 %}")


def test_a_crop_can_keep_a_face(signing: KeyRing) -> None:
    url = render('{% img_url photo 300 height=300 gravity="face" face=2 pad=30 %}')
    assert "w=300&amp;h=300&amp;g=face&amp;face=2&amp;pad=30&amp;v=1f2e3d4c&amp;s=k1." in url


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("img_url photo 300 heigth=200", "img_url has no option heigth. It has height fit gravity face pad format"),
        ("img_url photo width=300", "Write the width directly after the photo, without a name"),
        ("img_url photo 300 height=2 height=3", "img_url has the option height twice"),
        (
            "img_url photo 300 height=2 3",
            "argument 3 after an option. Write {% img_url photo 300 height=200 as thumb %}",
        ),
        ("img_url", "needs a photo and at most a width"),
        ("img_url photo 300 200", "needs a photo and at most a width"),
        ("img_url photo 300 as", "needs a photo and at most a width"),
    ],
)
def test_an_invalid_tag_is_an_error_when_the_template_is_compiled(tag: str, message: str) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        engines["django"].from_string("{% load imagehub %}{% " + tag + " %}")
    assert message in str(caught.value)


def test_an_invalid_value_is_an_error_that_lists_the_valid_ones() -> None:
    with pytest.raises(ImageOptionError, match="fit must be one of cover contain"):
        render("{% img_url photo 300 height=200 fit='crop' %}")
