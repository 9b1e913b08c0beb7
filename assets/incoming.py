"""Received files whose form is not saved or whose image is not published yet: private objects ``incoming/<uuid>``."""

from __future__ import annotations

import logging
import uuid

from assets.examination import ExaminedImage
from assets.storage import object_store
from edge.storage.errors import StorageUnavailable

log = logging.getLogger(__name__)

#: The bucket expires what is under this prefix after a day.
PREFIX = "incoming/"


def receive(image: ExaminedImage) -> str:
    """Store the file of ``image`` and return its private name.

    Raises `StorageUnavailable`, and `ValidationError` if the file changed since it was examined.
    """
    return write(image.read(), image.content_type)


def write(body: bytes, content_type: str = "application/octet-stream") -> str:
    """Store ``body`` and return its private name. Raises `StorageUnavailable`."""
    name = str(uuid.uuid4())
    object_store().put(PREFIX + name, body, content_type=content_type)
    return name


def read(name: str) -> bytes:
    """The file. Raises `Missing` and `StorageUnavailable`."""
    return object_store().get(PREFIX + name).body


def discard(name: str) -> None:
    """Delete a file that no row needs. If storage is unavailable, the sweep deletes it."""
    try:
        object_store().delete(PREFIX + name)
    except StorageUnavailable as error:
        log.warning("%s%s could not be deleted, so the sweep will: %s", PREFIX, name, error)
