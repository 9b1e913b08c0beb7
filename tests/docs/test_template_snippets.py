"""Every template snippet in the documentation renders as it stands, and says the variant's own size."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.template import engines
from django.template.backends.base import BaseEngine
from django.utils.module_loading import import_string

from assets.models import Preset
from edge.contract.signing import KeyRing
from imagehub.demo.management.commands.demo_data import PRESETS
from tests.assets.conftest import _empty_caches, policy_file, signing
from tests.docs.markdown import CodeBlock, Page
from tests.imagehub.demo.images import make_asset
from tests.machine import ROOT

__all__ = ["_empty_caches", "policy_file", "signing"]

pytestmark = pytest.mark.django_db

TEMPLATES_PAGE = Page.read(ROOT / "docs" / "templates.md")
SNIPPETS = [
    pytest.param(block, id=f"{path.name}-{number}")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md")))
    for number, block in enumerate(Page.read(path).blocks)
    if "img_url" in block.body and "<img" in block.body
]
_IMAGE = re.compile(r"<img\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@pytest.fixture(autouse=True)
def _site(settings: Any, signing: KeyRing) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "CDN_URL": "https://cdn.test"}
    Preset._base_manager.bulk_create(
        Preset(name=name, width=width, height=height) for name, (width, height) in PRESETS.items()
    )


def engine(block: CodeBlock) -> BaseEngine:
    """Django's engine of this project; for Jinja2, the one that the page configures for the block's delimiters."""
    if block.language != "jinja":
        return engines["django"]
    configured = [each for each in _jinja_settings() if each["OPTIONS"].get("block_start_string") == _delimiter(block)]
    options = {name: value for name, value in configured[0].items() if name != "BACKEND"}
    built: BaseEngine = import_string(configured[0]["BACKEND"])({"NAME": "jinja2", "APP_DIRS": False, **options})
    return built


def _delimiter(block: CodeBlock) -> str | None:
    return block.options.get("delimiters")


def _jinja_settings() -> list[dict[str, Any]]:
    """The entries of `TEMPLATES` in the page's Python blocks."""
    found: list[dict[str, Any]] = []
    for block in TEMPLATES_PAGE.blocks:
        if "TEMPLATES" in block.body:
            names: dict[str, Any] = {"BASE_DIR": Path("/nowhere")}
            exec(block.body, names)  # noqa: S102  # our own documentation
            found += names["TEMPLATES"]
    return found


def render(block: CodeBlock) -> str:
    template = engine(block).from_string(block.body)
    return str(template.render({"photo": make_asset()}))


@pytest.mark.parametrize("block", SNIPPETS)
def test_a_snippet_renders_images_of_the_cdn(block: CodeBlock) -> None:
    images = _IMAGE.findall(render(block))
    assert images
    for image in images:
        attributes = dict(_ATTRIBUTE.findall(image))
        assert attributes["src"].startswith("https://cdn.test/photo.jpg?")
        assert attributes["alt"]


@pytest.mark.parametrize("block", SNIPPETS)
def test_width_and_height_are_the_variants(block: CodeBlock) -> None:
    for image in _IMAGE.findall(render(block)):
        attributes = dict(_ATTRIBUTE.findall(image))
        if "width" in attributes:
            assert (int(attributes["width"]), int(attributes["height"])) == _size(unescape(attributes["src"]))


def _size(url: str) -> tuple[int, int]:
    """The size of the variant of a 3:2 original that ``url`` asks for."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    if "p" in asked:
        return PRESETS[asked["p"].split(".")[0]]
    width = int(asked["w"])
    return width, int(asked.get("h") or (width * 2 + 1) // 3)


def test_the_readme_and_the_template_page_have_snippets() -> None:
    names = {str(snippet.id).rpartition("-")[0] for snippet in SNIPPETS}
    assert {"README.md", "templates.md"} <= names
