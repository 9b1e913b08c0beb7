"""Pictures for reviewers. What visitors must not see has no URL at the CDN, so Django renders it, on request.

The file is decoded in a process of its own, as an upload is: a large one needs more memory than a web server should
give a single request.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.files.base import ContentFile

from assets import incoming
from assets.examination import LIMITS
from assets.isolation import run_isolated
from assets.models import Asset
from assets.storage import object_store
from edge.contract.original import original_object_key
from edge.storage.errors import Missing

#: Pixels of the longer side at most.
SIDE = 1200


def preview(asset: Asset, *, blurred: bool) -> bytes:
    """A JPEG of the image's file; if ``blurred``, so that nothing in it can be recognised.

    Raises `Missing` if the file is not in storage, `StorageUnavailable`, `SourceRefused` and `OSError`.
    """
    body = ContentFile(_file(asset))
    with TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        output = Path(folder, "preview.jpg")
        run_isolated("preview", body, LIMITS, str(output), str(SIDE), *(["blurred"] if blurred else []))
        return output.read_bytes()


def _file(asset: Asset) -> bytes:
    """The file that the row describes. It may wait to be published: then another file is under the key."""
    waiting = [incoming.PREFIX + asset.incoming] if asset.incoming else []
    for name in (*waiting, original_object_key(asset.key)):
        with suppress(Missing):  # it may have been published since the row was read
            body = object_store().get(name).body
            if hashlib.sha256(body).hexdigest() == asset.sha256:
                return body
    raise Missing(f"the file of {asset.key}")
