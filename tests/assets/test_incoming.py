"""Received files have private names until they are published."""

from __future__ import annotations

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from assets import incoming
from assets.examination import examine
from edge.storage.errors import Missing
from edge.storage.objects.store import Store
from tests.assets.images import image_file


def test_a_received_file_has_a_private_name_and_its_bytes(store: Store) -> None:
    body = image_file()
    name = incoming.receive(examine(ContentFile(body, name="beach.jpg")))
    assert uuid.UUID(name).version == 4
    assert list(store.list("")) == [f"incoming/{name}"]
    assert incoming.read(name) == body
    incoming.discard(name)
    with pytest.raises(Missing):
        incoming.read(name)


def test_a_file_that_changed_since_it_was_examined_is_not_received(store: Store) -> None:
    file = ContentFile(image_file(), name="beach.jpg")
    image = examine(file)
    file.seek(0)
    file.write(b"other")
    with pytest.raises(ValidationError, match="changed while it was being saved"):
        incoming.receive(image)
    assert list(store.list("")) == []
