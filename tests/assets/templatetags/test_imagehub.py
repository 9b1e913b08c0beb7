"""The tag in Django's templates."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import TemplateSyntaxError, engines
from django.utils.safestring import SafeString

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


def test_the_tag_is_the_pictures_url() -> None:
    assert render("{% img_url photo 300 %}") == f"{CDN}/photos/beach.jpg?w=300&amp;v=1f2e3d4c"


def test_the_url_is_raw_where_the_template_does_not_escape() -> None:
    raw = f"{CDN}/photos/beach.jpg?w=300&v=1f2e3d4c"
    assert render("{% autoescape off %}{% img_url photo 300 %}{% endautoescape %}") == raw


def test_options_are_named() -> None:
    url = render("{% autoescape off %}{% img_url photo 300 height=300 fit='inside' format='webp' %}{% endautoescape %}")
    assert url == f"{CDN}/photos/beach.jpg?w=300&h=300&fit=inside&f=webp&v=1f2e3d4c"


def test_the_url_may_go_into_a_variable() -> None:
    assert render("{% img_url photo 300 as thumb %}[{{ thumb }}]") == f"[{CDN}/photos/beach.jpg?w=300&amp;v=1f2e3d4c]"


def test_a_variable_is_escaped_once_and_by_its_template() -> None:
    source = "{% autoescape off %}{% img_url photo 300 as thumb %}{{ thumb }}{% endautoescape %}"
    assert render(source) == f"{CDN}/photos/beach.jpg?w=300&v=1f2e3d4c"


def test_arguments_may_be_variables_and_filtered() -> None:
    source = "{% img_url photos.0 side|add:100 height=missing %}"
    assert render(source, photos=[PHOTO], side=200) == f"{CDN}/photos/beach.jpg?w=300&amp;v=1f2e3d4c"


@pytest.mark.parametrize("photo", ["missing", "nothing", "''", "missing.photo"])
def test_no_photo_makes_no_url(photo: str) -> None:
    assert render("[{% img_url " + photo + " 300 %}]", nothing=None) == "[]"


def test_no_photo_makes_an_empty_variable() -> None:
    assert render("{% img_url missing 300 as thumb %}{% if thumb %}yes{% else %}no{% endif %}") == "no"


def test_a_missing_photo_is_no_url_even_where_missing_variables_have_a_text(settings: Any) -> None:
    backend = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**backend, "OPTIONS": {**backend["OPTIONS"], "string_if_invalid": "INVALID"}}]
    assert render("[{% img_url missing 300 %}]") == "[]"


def test_one_template_renders_each_photo_anew() -> None:
    other = Asset(key="b.jpg", version="00000001")
    shown = render("{% for each in photos %}{% img_url each 300 %} {% endfor %}", photos=[PHOTO, other, PHOTO])
    keys = [url.partition("?")[0].removeprefix(f"{CDN}/") for url in shown.split()]
    assert keys == [PHOTO.key, "b.jpg", PHOTO.key]


def test_the_html_of_a_hostile_key_stays_a_url() -> None:
    assert '"' not in render("{% img_url key %}", key=SafeString('"><script>.jpg'))


@pytest.mark.django_db
def test_a_preset_costs_no_query(django_assert_num_queries: Any) -> None:
    Preset.objects.bulk_create([Preset(name="card", revision=3)])
    render('{% img_url photo preset="card" %}')
    with django_assert_num_queries(0):
        assert render('{% img_url photo preset="card" %}' * 50).count("p=card.3") == 50


def test_what_is_off_the_ladder_is_signed(signing: KeyRing) -> None:
    assert "w=333&amp;v=1f2e3d4c&amp;s=k1." in render("{% img_url photo 333 %}")


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("img_url photo 300 heigth=200", "img_url has no option heigth. It has height fit gravity format"),
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
def test_a_wrong_tag_is_an_error_when_the_template_is_compiled(tag: str, message: str) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        engines["django"].from_string("{% load imagehub %}{% " + tag + " %}")
    assert message in str(caught.value)


def test_a_wrong_value_is_an_error_that_lists_the_right_ones() -> None:
    with pytest.raises(ImageOptionError, match="fit must be one of cover contain"):
        render("{% img_url photo 300 height=200 fit='crop' %}")
