"""What is rendered of an original, once its head is known. Overlays and formats are tested with the entry too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from edge.contract.edits import as_edits
from edge.contract.errors import BadRequest
from edge.rendering.original_reader import OriginalReader
from edge.sih.image_finder import Rendition
from edge.sih.rendition_choice import RenditionChoice
from edge.sih.requested_image import EditMap, RequestedImage
from edge.sih.source_buckets import SourceBucket
from edge.sih.translation import translate
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Head
from tests.edge.originals import OLD, POLICY, jpeg


def choose(store: DirectoryStore, edits: EditMap, content_type: str = "image/jpeg") -> Rendition:
    requested = RequestedImage("a.jpg", edits)
    translation = translate(requested, {"photos": SourceBucket("photos")}, upright=True, strict=True)
    choice = RenditionChoice(translation, "a.jpg", ("webp",), "image/webp", POLICY, OriginalReader(store, 1 << 20))
    return choice.choose(Head(1, '"e"', datetime.now(UTC), content_type))


def test_the_browser_the_original_and_the_overlay_decide(store: DirectoryStore) -> None:
    store.put("originals/logo.png", jpeg(), content_type="image/png", metadata=OLD.as_metadata())
    found = choose(store, {"overlayWith": {"key": "logo.png"}})
    assert (found.format_class, as_edits(found.what).operations[0].overlay) == ("webp", ("logo.png", OLD.version))
    assert choose(store, {"toFormat": "jpeg"}).what.slug == "full"
    assert choose(store, {"toFormat": "jpeg"}, "image/png").what.slug == "bg000000"


def test_a_side_above_the_limit_is_refused(store: DirectoryStore) -> None:
    with pytest.raises(BadRequest, match="too large"):
        choose(store, {"resize": {"width": POLICY.max_side + 1}})
