"""Old URLs through the gateway whose edits change pixels: operations, smart crops, overlays and moderation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from edge.contract.cache_tags import asset_tag
from edge.contract.original import OriginalFacts, Verdict
from edge.storage.objects.directory import DirectoryStore
from tests.edge.image.pictures import BLUE, GREEN, RED, near, pixel, quarters, saved
from tests.edge.originals import jpeg, stored_variants
from tests.edge.sih.asking import Ask, failure, shown, spelled


def test_operations_change_pixels_and_have_variants_of_their_own(
    store: DirectoryStore, put_original: Any, ask: Ask
) -> None:
    put_original(saved(quarters((80, 60)), "png"))
    for edits, colour in (
        ({"negate": True}, (35, 235, 235)),
        ({"rotate": 180}, (240, 240, 240)),
        ({"extract": {"left": 40, "top": 0, "width": 40, "height": 30}}, (20, 160, 20)),
        ({"resize": {"width": 40}, "extract": {"left": 0, "top": 15, "width": 20, "height": 15}}, (20, 20, 220)),
    ):
        assert near(pixel(shown(ask(spelled(key="a.jpg", edits=edits, outputFormat="png"))), 0.1, 0.1), colour, 40), (
            edits
        )
    assert len(stored_variants(store)) == 4
    round_crop = shown(ask(spelled(key="a.jpg", edits={"roundCrop": True}, outputFormat="png")))
    assert (round_crop.size, round_crop.convert("RGBA").getpixel((0, 0))[3]) == ((60, 60), 0)  # type: ignore[index]
    assert shown(ask("/40x30/filters:rotate(45)/a.jpg")).size == (49, 49)


def test_a_smart_crop_shows_the_face_that_was_seen_at_upload(put_original: Any, ask: Ask) -> None:
    faces = ((500, 0, 250, 500), (0, 500, 100, 100))
    put_original(saved(quarters((80, 60)), "png"), OriginalFacts("00000001", faces=faces))
    put_original(saved(quarters((80, 60)), "png"), OriginalFacts("00000001", faces=()), key="none.jpg")
    put_original(saved(quarters((80, 60)), "png"), key="unseen.jpg")
    face = shown(ask(spelled(key="a.jpg", edits={"smartCrop": True}, outputFormat="png")))
    assert face.size == (20, 30)
    assert near(pixel(face, 0.5, 0.5), GREEN)
    assert shown(ask("/filters:smart_crop(0,5):format(png)/a.jpg")).size == (30, 40)
    assert shown(ask(spelled(key="a.jpg", edits={"resize": {"width": 40}, "smartCrop": True}))).size == (10, 15)
    cover = {"resize": {"width": 40, "height": 60}, "smartCrop": {"faceIndex": 0}}
    assert shown(ask(spelled(key="a.jpg", edits=cover))).size == (20, 30)
    for key in ("none.jpg", "unseen.jpg"):
        assert shown(ask(spelled(key=key, edits={"smartCrop": {"faceIndex": 9}}))).size == (80, 60)
    missing = ask(spelled(key="a.jpg", edits={"smartCrop": {"faceIndex": 2}}))
    assert failure(missing) == (400, "SmartCrop::FaceIndexOutOfRange")
    nothing = ask(spelled(key="a.jpg", edits={"smartCrop": {"padding": -40}}))
    assert failure(nothing) == (400, "SmartCrop::PaddingOutOfBounds")


def test_an_overlay_is_an_asset_and_a_new_version_of_it_makes_new_variants(
    store: DirectoryStore, put_original: Any, ask: Ask
) -> None:
    put_original(saved(Image.new("RGB", (80, 60), "white"), "png"))
    put_original(saved(Image.new("RGB", (20, 20), RED), "png"), key="brand/logo.png")
    mark = {"bucket": "logos", "key": "logo.png", "options": {"left": "-10", "top": "50p"}}
    url = spelled(key="a.jpg", edits={"overlayWith": mark}, outputFormat="png")
    reply = ask(url)
    image = shown(reply)
    assert [near(pixel(image, x, y), colour) for x, y, colour in ((0.7, 0.7, RED), (0.95, 0.7, (255,) * 3))] == [
        True
    ] * 2
    assert reply["headers"]["x-amz-meta-cache-tag"].split(",") == [asset_tag("a.jpg"), asset_tag("brand/logo.png")]
    assert ask(url)["body"] == reply["body"]
    put_original(saved(Image.new("RGB", (20, 20), BLUE), "png"), OriginalFacts("00000002"), key="brand/logo.png")
    assert near(pixel(shown(ask(url)), 0.7, 0.7), BLUE)
    assert len(stored_variants(store)) == 2
    half = shown(ask("/filters:watermark(logos,logo.png,0,0,50,50,50):format(png)/a.jpg"))
    assert near(pixel(half, 0.1, 0.1), (137, 137, 237), 12)
    assert near(pixel(half, 0.6, 0.1), (255, 255, 255))


def test_an_overlay_of_itself_or_of_something_larger_fits(put_original: Any, ask: Ask) -> None:
    put_original(saved(quarters((80, 60)), "png"))
    itself = spelled(key="a.jpg", edits={"resize": {"width": 20}, "overlayWith": {"key": "a.jpg"}}, outputFormat="png")
    image = shown(ask(itself))
    assert (image.size, near(pixel(image, 0.1, 0.1), RED)) == ((20, 15), True)


@pytest.mark.parametrize(
    ("mark", "status", "code"),
    [
        ({"bucket": "secrets", "key": "a.jpg"}, 403, "ImageBucket::CannotAccessBucket"),
        ({"bucket": "archive", "key": "a.jpg"}, 400, "OverlayImageException"),
        ({"bucket": "logos", "key": "none.png"}, 404, "NoSuchKey"),
        ({"bucket": "logos", "key": "../a.jpg"}, 404, "NoSuchKey"),
        ({"bucket": "photos", "key": "withheld.jpg"}, 404, "NoSuchKey"),
        ({"bucket": "photos", "key": "text.jpg"}, 400, "OverlayImageException"),
        ({"bucket": "photos"}, 400, "ImageEdits::CannotParseEdits"),
        ({"bucket": "photos", "key": "a.jpg", "alpha": 101}, 400, "ImageEdits::CannotParseEdits"),
    ],
)
def test_an_overlay_that_cannot_be_had_is_an_error(
    put_original: Any, start: Callable[..., Ask], mark: dict[str, Any], status: int, code: str
) -> None:
    put_original(jpeg())
    put_original(b"no image", key="text.jpg")
    put_original(jpeg(), OriginalFacts("00000003", verdict=Verdict.WITHHELD), key="withheld.jpg")
    ask = start(buckets={"photos": "", "logos": "brand/", "archive": "file:///archive"})
    assert failure(ask(spelled(key="a.jpg", edits={"overlayWith": mark}))) == (status, code)


def test_moderation_is_what_was_decided_at_upload_whatever_the_url_says(put_original: Any, ask: Ask) -> None:
    put_original(saved(quarters((80, 60)), "png"), OriginalFacts("00000001", verdict=Verdict.BLURRED))
    for edits in ({}, {"contentModeration": {"minConfidence": 99, "blur": 0.3, "moderationLabels": ["Smoking"]}}):
        image = shown(ask(spelled(key="a.jpg", edits=edits, outputFormat="png"))).convert("RGB")
        colours = {image.getpixel((x, 15)) for x in range(30, 50)}
        assert len(colours) > 10  # the edge between two quarters is soft
