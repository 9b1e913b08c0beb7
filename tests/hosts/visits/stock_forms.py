"""Images in what other code makes from a model: forms, admin, serializers, snippets, file cleaners."""

from __future__ import annotations

import os
from copy import copy
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.forms import modelform_factory

from assets import purge
from assets.links import img_url
from assets.models import Asset, Preset, Purge
from tests.assets.images import image_file
from tests.hosts.visits.browsing import editor, page, uploaded


def model_form() -> None:
    """``modelform_factory(Asset)``: adds, shows, changes and refuses."""
    form: Any = modelform_factory(Asset, fields="__all__")
    values = {"key": "photos/a.jpg", "alt_text": "A beach"}
    refused = form(values, {"original": uploaded(body=b"text")})
    assert list(refused.errors) == ["original"], refused.errors
    asset = form(values, {"original": uploaded()}).save()
    assert f'href="{img_url(asset)}"'.replace("&", "&amp;") in form(instance=asset).as_p()
    assert form({**values, "title": "Beach"}, instance=asset).save().title == "Beach"
    assert list(form({**values, "key": "photos/b.jpg"}, instance=Asset.objects.get()).errors) == ["key"]
    some = modelform_factory(Asset, fields=["title"])
    assert some({"title": "Sea"}, instance=Asset.objects.get()).save().title == "Sea"
    assert form({**values, "key": "photos/b.png"}, {"original": uploaded()}).errors["original"]


def plain_admin() -> None:
    """``site.register([Asset, Preset])`` with nothing more."""
    client = editor()
    added = {"key": "photos/a.jpg", "title": "", "alt_text": "A beach", "original": uploaded()}
    assert client.post("/plain/imagehub/asset/add/", added).status_code == 302
    asset = Asset.objects.get()
    change = f"/plain/imagehub/asset/{asset.pk}/change/"
    assert img_url(asset).replace("&", "&amp;") in page(client, change)
    assert client.post(change, {"key": "photos/a.jpg", "title": "Beach"}).status_code == 302
    assert "key cannot change" in client.post(change, {"key": "photos/b.jpg"}).content.decode()
    preset = Preset.objects.create(name="card", width=300)
    form = {"name": "other", "width": 300, "height": 0, "fit": "cover", "gravity": "focal", "bg": "ffffff"}
    refused = client.post(f"/plain/imagehub/preset/{preset.pk}/change/", form).content.decode()
    assert "name cannot change" in refused
    page(client, "/plain/imagehub/asset/")


def serializer() -> None:
    """``ModelSerializer`` with ``fields = "__all__"``."""
    from rest_framework import serializers

    class Serializer(serializers.ModelSerializer):  # type: ignore[misc]  # the package has no types
        class Meta:
            model = Asset
            fields = "__all__"  # as hosts write it

        def validate(self, attrs: Any) -> Any:
            image = copy(self.instance) if self.instance else Asset()
            for name, value in attrs.items():
                setattr(image, name, value)
            image.clean()
            return attrs

    data = {"key": "photos/a.jpg", "alt_text": "A beach"}
    for body, key in ((b"text", "photos/a.jpg"), (image_file(), "photos/a.png")):
        refused = Serializer(data={**data, "key": key, "original": uploaded(body=body)})
        assert not refused.is_valid()
        assert list(refused.errors) == ["original"], refused.errors
    accepted = Serializer(data={**data, "original": uploaded()})
    assert accepted.is_valid(), accepted.errors
    asset = accepted.save()
    assert Serializer(asset).data["original"] == img_url(asset)
    some = Serializer(asset, data={"title": "Beach"}, partial=True)
    assert some.is_valid(), some.errors
    assert some.save().title == "Beach"
    other = Serializer(asset, data={"original": uploaded(body=image_file("PNG"))}, partial=True)
    assert not other.is_valid()
    assert list(other.errors) == ["original"], other.errors


def snippet() -> None:
    """``register_snippet(Asset)``."""
    client = editor()
    values = {"key": "photos/a.jpg", "title": "Beach", "alt_text": "Sand"}
    client.post("/cms/snippets/imagehub/asset/add/", {**values, "original": uploaded()})
    asset = Asset.objects.get()
    edit = f"/cms/snippets/imagehub/asset/edit/{asset.pk}/"
    assert asset.original.url.replace("&", "&amp;") in page(client, edit)
    assert client.post(edit, {**values, "title": "Sea"}).status_code == 302
    assert Asset.objects.get().title == "Sea"
    page(client, "/cms/snippets/imagehub/asset/")


def cleaned_up() -> None:
    """A replaced image keeps its new original, and a deleted one takes its own away, by its purge."""
    stored = Path(os.environ["HOST_FOLDER"]) / "originals" / "originals" / "photo.jpg"
    asset = Asset(key="photo.jpg", original=ContentFile(image_file(), "photo.jpg"))
    asset.save()
    asset.original = ContentFile(image_file("JPEG", (90, 60)), "other.jpg")
    asset.save()
    assert stored.read_bytes() == image_file("JPEG", (90, 60))
    asset.delete()
    assert stored.exists(), "until the purge"
    purge._delete_original(Purge.objects.get(action="delete_original"))
    assert not stored.exists()
