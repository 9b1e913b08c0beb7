"""The picture on a review's page, as Django's own answer."""

from __future__ import annotations

import logging

from django.http import HttpResponse

from assets.models import Asset
from assets.preview import preview
from edge.contract.cache_control import NO_STORE
from edge.contract.errors import SourceRefused
from edge.storage.errors import Missing, StorageUnavailable

log = logging.getLogger(__name__)

_HEADERS = {
    "Cache-Control": NO_STORE,
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def picture_response(asset: Asset, *, clear: bool) -> HttpResponse:
    """A JPEG of the image, obscured unless ``clear``. Nobody but the reviewer keeps it."""
    try:
        body = preview(asset, blurred=not clear)
    except (Missing, SourceRefused) as error:
        log.warning("There is no picture of %s for a reviewer: %s", asset.key, error)
        return _explained(404, "There is no picture: the file is not in storage, or cannot be read.")
    except (StorageUnavailable, OSError) as error:
        log.warning("There is no picture of %s for a reviewer: %s", asset.key, error)
        return _explained(503, "There is no picture at the moment. Try again in a minute.")
    return HttpResponse(body, content_type="image/jpeg", headers=_HEADERS)


def _explained(status: int, text: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8", headers=_HEADERS)
