"""The command that explains one URL."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from assets.models import Asset

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGEHUB_SIH", '{"path": "/", "buckets": {"photos": ""}}')
    Asset._base_manager.bulk_create([Asset(key="a.jpg", original="a.jpg", version="1f2e3d4c")])


def explained(*arguments: str) -> tuple[str, str]:
    """What the command prints, and its error; none with exit code 0."""
    output = StringIO()
    try:
        call_command("sih_map", *arguments, stdout=output)
    except CommandError as error:
        return output.getvalue(), str(error)
    return output.getvalue(), ""


def test_a_url_that_keeps_its_image() -> None:
    text, error = explained("https://old.example/fit-in/300x200/a.jpg")
    assert error == ""
    assert text.splitlines()[:3] == [
        "outcome   exact",
        "image     a.jpg",
        'edits     {"resize": {"width": 300, "height": 200, "fit": "inside"}}',
    ]


def test_what_differs_is_named() -> None:
    text, error = explained("/a.jpg")
    assert "differs   Without edits" in text
    assert error == ""


def test_a_refused_url() -> None:
    text, error = explained("/eyJrZXkiOiAiYS5qcGciLCAiZWRpdHMiOiB7ImFmZmluZSI6IFsxLCAwXX19")
    assert text == "outcome   refused\n"
    assert error == "ImageEdits::NotSupported: The edit affine is not supported here."


def test_an_image_that_is_not_here() -> None:
    text, error = explained("/300x200/b.jpg", "--json")
    assert json.loads(text)["missing"] is True
    assert error == "There is no such image here yet."


def test_the_browsers_accept_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGEHUB_SIH", '{"path": "/", "buckets": {"photos": ""}, "auto": "webp"}')
    assert json.loads(explained("/300x200/a.jpg", "--json", "--accept=image/webp")[0])["format_class"] == "webp"


def test_wrong_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGEHUB_SIH", "[]")
    assert "IMAGEHUB_SIH must be a JSON object" in explained("/a.jpg")[1]
