"""`img_url` in Jinja2: a global, and a tag with any delimiters."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest
from django.template import engines

from assets.image_options import ImageOptionError
from assets.jinja import ImageHubExtension, environment
from assets.links import img_url
from assets.models import Asset
from edge.contract.signing import KeyRing

PHOTO = Asset(key="photos/beach.jpg", version="1f2e3d4c")
CDN = "http://127.0.0.1:8080"
RAW = f"{CDN}/photos/beach.jpg?w=300&v=1f2e3d4c"
ESCAPED = RAW.replace("&", "&amp;")


@pytest.fixture(autouse=True)
def _cdn(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "CDN_URL": CDN}


def render(source: str, **options: Any) -> str:
    return environment(**options).from_string(source).render(photo=PHOTO, photos=[PHOTO])


@pytest.mark.parametrize(
    "source", ["{% img_url photo 300 %}", "{{ img_url(photo, 300) }}", "{%- img_url photos[0] 100 * 3 -%}"]
)
def test_the_url_is_escaped_if_the_environment_escapes(source: str) -> None:
    assert render(source) == RAW
    assert render(source, autoescape=True) == ESCAPED


def test_the_tag_works_with_other_delimiters() -> None:
    assert render("<% img_url photo 300 %>", block_start_string="<%", block_end_string="%>") == RAW


def test_tag_and_global_give_the_same_url_for_every_option() -> None:
    options = "height=300 fit='inside' format='webp'"
    expected = img_url(PHOTO, 300, height=300, fit="inside", format="webp")
    assert render(f"{{% img_url photo 300 {options} %}}") == expected
    assert render(f"{{{{ img_url(photo, 300, {options.replace(' ', ', ')}) }}}}") == expected


@pytest.mark.parametrize("delimiters", [("{%", "%}"), ("<%", "%>")])
def test_a_crop_can_keep_faces(signing: KeyRing, delimiters: tuple[str, str]) -> None:
    opened, closed = delimiters
    source = f"{opened} img_url photo 300 height=300 gravity='faces' pad=0 {closed}"
    url = render(source, block_start_string=opened, block_end_string=closed)
    assert url.startswith(f"{CDN}/photos/beach.jpg?w=300&h=300&g=faces&pad=0&v=1f2e3d4c&s=k1.")


def test_the_url_can_be_assigned_to_a_variable() -> None:
    source = "{% img_url photo 300 as thumb %}[{{ thumb }}]"
    assert render(source) == f"[{RAW}]"
    assert render(source, autoescape=True) == f"[{ESCAPED}]"


def test_an_argument_can_have_filters() -> None:
    assert render("{% img_url missing|default(photo) '300'|int %}") == RAW


@pytest.mark.parametrize(
    "source", ["[{% img_url missing 300 %}]", "[{{ img_url(missing, 300) }}]", "[{% img_url '' %}]"]
)
def test_without_a_photo_the_url_is_empty(source: str) -> None:
    assert render(source) == "[]"


def test_an_undefined_option_is_ignored() -> None:
    assert render("{% img_url photo 300 height=missing quality=missing preset=missing format=missing %}") == RAW


def test_strict_undefined_still_raises() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render("{% img_url missing 300 %}", undefined=jinja2.StrictUndefined)


def test_the_tag_works_in_async_templates() -> None:
    template = environment(enable_async=True).from_string("{% img_url photo 300 %}")
    assert template.render(photo=PHOTO) == RAW


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("img_url photo 300 heigth=200", "img_url has no option heigth. It has height fit gravity face pad format"),
        ("img_url photo width=300", "Write the width directly after the photo, without a name"),
        ("img_url photo 300 height=2 height=3", "img_url has the option height twice"),
        ("img_url photo 300 height=2 3", "an argument after an option"),
        ("img_url photo, 300", "separates arguments by spaces, not commas"),
        ("img_url photo 300 height=2, fit='fill'", "separates arguments by spaces, not commas"),
        ("img_url", "needs a photo and at most a width"),
        ("img_url photo 300 200", "needs a photo and at most a width"),
        ("img_url photo 300 as", "unexpected 'end of statement block'"),
    ],
)
def test_an_invalid_tag_is_a_syntax_error_with_its_line(tag: str, message: str) -> None:
    with pytest.raises(jinja2.TemplateSyntaxError) as caught:
        environment().from_string("first line\nsecond\n{% " + tag + " %}")
    assert message in str(caught.value)
    assert caught.value.lineno == 3


def test_an_invalid_value_is_an_error_that_lists_the_valid_ones() -> None:
    with pytest.raises(ImageOptionError, match="fit must be one of cover contain"):
        render("{% img_url photo 300 height=200 fit='crop' %}")


def test_the_extension_can_be_added_to_any_environment() -> None:
    made = jinja2.Environment(extensions=[ImageHubExtension], autoescape=True)
    assert made.from_string("{% img_url photo 300 %}").render(photo=PHOTO) == ESCAPED


def test_the_environment_works_with_djangos_jinja2_backend(settings: Any) -> None:
    options = {"environment": "assets.jinja.environment", "block_start_string": "<%", "block_end_string": "%>"}
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.jinja2.Jinja2", "OPTIONS": options}]
    template = engines["jinja2"].from_string("<% img_url photo 300 %>")
    assert template.render({"photo": PHOTO}) == ESCAPED


def test_a_key_that_an_editor_typed_wrong_is_no_error_of_the_page() -> None:
    jinja = environment()
    for source in ("[{% img_url key 300 %}]", "[{{ img_url(key, 300) }}]"):
        assert jinja.from_string(source).render(key="hero") == "[]"
