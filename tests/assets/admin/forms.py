"""The admin's forms, filled in and sent."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assets.models import Asset

ADD = "/admin/imagehub/asset/add/"


def post(client: Client, url: str, body: bytes | None, name: str = "photo.jpg", **fields: Any) -> Any:
    """Send the form of an image. The file has a wrong Content-Type unless one is given."""
    content_type = fields.pop("content_type", "text/html")
    file = {} if body is None else {"original": SimpleUploadedFile(name, body, content_type)}
    return client.post(url, {"key": "", "title": "", "alt_text": "", **fields, **file}, follow=True)


def change_url(asset: Asset) -> str:
    return reverse("admin:imagehub_asset_change", args=[asset.pk])


def errors(response: Any) -> dict[str, list[str]]:
    """The form's error messages, by field."""
    assert "adminform" in response.context, "the form was accepted"
    return dict(response.context["adminform"].form.errors)
