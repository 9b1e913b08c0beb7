"""Pictures made in memory, and the admin's forms filled in."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from assets.models import Asset

ADD = "/admin/imagehub/asset/add/"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), colour: str = "teal", **options: Any) -> bytes:
    """A picture's file: one colour, but for a corner, so that two sizes differ by more than their header."""
    image = Image.new("RGB", size, colour)
    image.putpixel((0, 0), (255, 255, 255))
    body = BytesIO()
    image.save(body, kind, **options)
    return body.getvalue()


def make_asset(key: str = "photos/beach.jpg", body: bytes | None = None, **fields: Any) -> Asset:
    asset = Asset(key=key, original=ContentFile(body or picture(), name="x"), **fields)
    asset.save()
    return asset


def post(client: Client, url: str, body: bytes | None, name: str = "photo.jpg", **fields: Any) -> Any:
    """Send the picture's form; the part's Content-Type is a lie unless told."""
    content_type = fields.pop("content_type", "text/html")
    file = {} if body is None else {"original": SimpleUploadedFile(name, body, content_type)}
    return client.post(url, {"key": "", "title": "", "alt_text": "", **fields, **file}, follow=True)


def change_url(asset: Asset) -> str:
    return reverse("admin:imagehub_asset_change", args=[asset.pk])


def errors(response: Any) -> dict[str, list[str]]:
    """What the form says, by field."""
    assert "adminform" in response.context, "the form was taken"
    return dict(response.context["adminform"].form.errors)
