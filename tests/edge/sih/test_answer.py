"""Old URLs through the gateway: an image, rendered once and stored, or an error in that product's form."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from PIL import Image

from edge.contract.cache_tags import asset_tag
from edge.contract.original import OriginalFacts, Verdict
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.location import open_store
from tests.edge.events import function_url
from tests.edge.image.pictures import noise, saved
from tests.edge.image.test_plan import oriented
from tests.edge.originals import FALLBACK, OLD, POLICY, jpeg, noisy_png, stored_variants
from tests.edge.sih.asking import Ask, failure, shown, spelled
from tests.s3server import S3Server

SECRET = "0123456789abcdef"


def test_a_url_is_rendered_stored_and_then_served_as_stored(
    store: DirectoryStore, put_original: Any, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_original(jpeg(), key="photos/a.jpg")
    url = spelled(bucket="photos", key="photos/a.jpg", edits={"resize": {"width": 300, "height": 200}})
    first = ask(url)
    assert (shown(first).format, shown(first).size) == ("JPEG", (300, 200))
    (stored,) = stored_variants(store)
    assert stored.startswith(f"variants/photos/a.jpg/00000001.{POLICY.rev}/x.")
    assert store.head(stored).metadata["cache-tag"] == asset_tag("photos/a.jpg")
    monkeypatch.setattr(DirectoryStore, "put", lambda *_, **__: 1 / 0)
    monkeypatch.setattr("edge.rendering.variant_service.render_original", lambda *_, **__: 1 / 0)
    for same in (url, "/300x200/photos/a.jpg", "/photos/a.jpg?width=300&height=200"):
        assert ask(same)["body"] == first["body"]


def test_the_grammars_of_paths_and_queries_are_answered_too(put_original: Any, ask: Ask) -> None:
    put_original(saved(noise((640, 480)), "jpeg"))
    put_original(jpeg("blue"), key="brand/logo.jpg")
    assert shown(ask("/fit-in/100x100/a.jpg")).size == (100, 75)
    assert shown(ask("/0x0:320x240/64x0/a.jpg")).size == (64, 48)
    assert shown(ask("/a.jpg?width=64&format=webp")).format == "WEBP"
    assert shown(ask("/a.jpg?resize.width=64&quality=40&format=avif")).format == "AVIF"
    assert shown(ask("/filters:proportion(0.5)/a.jpg")).size == (320, 240)
    blue = shown(ask("/fit-in/90x90/s3:logos/logo.jpg")).getpixel((9, 9))
    assert isinstance(blue, tuple)
    assert blue[2] > 240


def test_small_images_are_enlarged_unless_the_url_says_otherwise(put_original: Any, ask: Ask) -> None:
    put_original(jpeg(size=(40, 30)))
    assert shown(ask("/80x60/a.jpg")).size == (80, 60)
    assert shown(ask("/80x60/filters:no_upscale()/a.jpg")).size == (40, 30)


def test_upright_images_share_the_variants_of_our_own_urls(
    store: DirectoryStore, put_original: Any, start: Callable[..., Ask]
) -> None:
    put_original(oriented(6, "jpeg"))
    as_stored = shown(start()("/40x0/a.jpg"))
    assert (as_stored.size, as_stored.getexif().get(274)) == ((40, 53), 6)
    upright = shown(start(upright=True)("/40x0/filters:no_upscale()/a.jpg"))
    assert (upright.size, upright.getexif().get(274)) == ((40, 30), None)
    assert any(each.endswith("/w40.jpeg") for each in stored_variants(store))
    assert shown(start()("/40x0/filters:rotate()/a.jpg")).size == (40, 30)


def test_formats_are_the_originals_unless_the_browsers_count(put_original: Any, start: Callable[..., Ask]) -> None:
    put_original(saved(noise((640, 480)), "jpeg"))
    chrome = "image/avif,image/webp,*/*"
    for auto, chosen in ({}, "JPEG"), ({"auto": "webp"}, "WEBP"), ({"auto": "avif"}, "AVIF"):
        reply = start(**auto)("/64x0/a.jpg", accept=chrome)
        assert (shown(reply).format, reply["headers"].get("Vary")) == (chosen, "Accept" if auto else None)
        assert reply["headers"]["Content-Type"] == f"image/{chosen.lower()}"


def test_a_transparent_original_becomes_black_in_a_jpeg_as_in_sharp(store: DirectoryStore, ask: Ask) -> None:
    out = BytesIO()
    Image.new("RGBA", (40, 30)).save(out, "PNG")
    store.put("originals/a.png", out.getvalue(), content_type="image/png", metadata=OLD.as_metadata())
    assert shown(ask("/20x0/filters:format(jpeg)/a.png")).getpixel((5, 5)) == (0, 0, 0)
    assert shown(ask("/20x0/filters:format(jpeg):background_color(fff)/a.png")).getpixel((5, 5)) == (255, 255, 255)


def test_cache_control_is_the_originals_the_settings_the_urls_or_the_expirys(
    store: DirectoryStore, put_original: Any, start: Callable[..., Ask]
) -> None:
    put_original(jpeg())
    ask = start()
    assert ask("/64x0/a.jpg")["headers"]["Cache-Control"] == "max-age=31536000,public"
    assert start(cache="max-age=60")("/64x0/a.jpg")["headers"]["Cache-Control"] == "max-age=60"
    store.put(
        "originals/b.jpg", jpeg(), content_type="image/jpeg", cache_control="max-age=7", metadata=OLD.as_metadata()
    )
    assert ask("/64x0/b.jpg")["headers"]["Cache-Control"] == "max-age=7"
    headers = {"cache-control": "no-cache", "X-Custom": "yes", "Set-Cookie": "a=b"}
    set_by_url = ask(spelled(key="b.jpg", headers=headers))["headers"]
    assert (set_by_url["Cache-Control"], set_by_url["X-Custom"], "Set-Cookie" in set_by_url) == (
        "no-cache",
        "yes",
        False,
    )
    expiring = ask(spelled(key="b.jpg", headers=headers) + "?expires=29990101T000000Z")["headers"]["Cache-Control"]
    assert expiring.endswith(",public")
    assert int(expiring.removeprefix("max-age=").removesuffix(",public")) > 10**9


def test_headers_are_that_products_and_an_etag(put_original: Any, start: Callable[..., Ask]) -> None:
    put_original(jpeg())
    reply = start(cors="https://example.com")("/64x0/a.jpg")
    assert reply["headers"]["Access-Control-Allow-Origin"] == "https://example.com"
    assert reply["headers"]["Access-Control-Allow-Credentials"] == "true"
    assert {"ETag", "Last-Modified", "Server-Timing", "x-amz-meta-cache-tag"} <= reply["headers"].keys()


def test_a_browser_that_has_the_image_gets_304_and_head_has_no_body(put_original: Any, ask: Ask) -> None:
    put_original(jpeg())
    assert (ask("/64x0/a.jpg", "HEAD")["statusCode"], ask("/64x0/a.jpg", "HEAD")["body"]) == (200, "")
    etag = ask("/64x0/a.jpg")["headers"]["ETag"]
    reply = ask("/64x0/a.jpg", if_none_match=f"W/{etag}")
    assert (reply["statusCode"], reply["body"], reply["headers"]["ETag"]) == (304, "", etag)


def test_only_signed_urls_are_answered_where_there_is_a_secret(
    tmp_path: Path, put_original: Any, start: Callable[..., Ask]
) -> None:
    put_original(jpeg(), key="a b.jpg")
    path = tmp_path / "secret.json"
    path.write_text(json.dumps({"key": SECRET}))
    ask = start(secret=f"{path.as_uri()}?field=key")
    for signed in ("/64x0/filters:blur(2)/a b.jpg", "/64x0/filters:blur(2)/a%20b.jpg"):
        digest = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).hexdigest()
        assert shown(ask(f"/64x0/filters:blur(2)/a%20b.jpg?signature={digest}")).size == (64, 48)
    assert failure(ask("/64x0/a%20b.jpg")) == (400, "AuthorizationQueryParametersError")
    assert failure(ask("/64x0/a%20b.jpg?signature=00")) == (403, "SignatureDoesNotMatch")
    path.unlink()
    assert failure(start(secret=f"{path.as_uri()}?field=key")("/a.jpg?signature=0")) == (
        500,
        "SignatureValidationFailure",
    )


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("/64x0/b.jpg", 404, "NoSuchKey"),
        ("/64x0/../a.jpg", 404, "NoSuchKey"),
        (spelled(key="../originals/a.jpg"), 404, "NoSuchKey"),
        (spelled(key="a.jpg", bucket="secrets"), 403, "ImageBucket::CannotAccessBucket"),
        ("/" + b64encode(b'{"key": "a.jp').decode(), 400, "DecodeRequest::CannotDecodeRequest"),
        ("/64x0/a.exe", 400, "RequestTypeError"),
        ("/" + "x" * 1_000_000, 400, "RequestTypeError"),
        ("/filters" + ":blur(2)" * 50 + "/a.jpg", 400, "ImageEdits::CannotParseEdits"),
        ("/600x0:900x100/a.jpg", 400, "Crop::AreaOutOfBounds"),
        (
            spelled(key="a.jpg", edits={"resize": {"width": 9}, "crop": {"left": 9, "width": 9, "height": 1}}),
            400,
            "Crop::AreaOutOfBounds",
        ),
        (spelled(key="a.jpg", edits={"blur": 0.1}), 400, "ImageEdits::CannotParseEdits"),
        (spelled(key="a.jpg", edits={"resize": {"width": 0}}), 400, "InvalidResizeException"),
        (spelled(key="a.jpg", edits={"resize": {"width": 99_999}}), 400, "InvalidResizeException"),
        (spelled(key="a.jpg", edits={"recomb": [1]}), 400, "ImageEdits::NotSupported"),
        (spelled(key="a.jpg", outputFormat="tiff"), 400, "ImageEdits::NotSupported"),
        ("/64x0/a.jpg?expires=20200101T000000Z", 400, "ImageRequestExpired"),
        ("/64x0/a.jpg?expires=tomorrow", 400, "ImageRequestExpiryFormat"),
        ("/64x0/text.jpg", 400, "InstantiationError"),
        ("/64x0/withheld.jpg", 404, "NoSuchKey"),
    ],
)
def test_errors_have_that_products_form(put_original: Any, ask: Ask, url: str, status: int, code: str) -> None:
    put_original(jpeg())
    put_original(b"no image", key="text.jpg")
    put_original(jpeg(), OriginalFacts("00000003", verdict=Verdict.WITHHELD), key="withheld.jpg")
    reply = ask(quote(url, safe="/?=&:(),"))
    assert failure(reply) == (status, code)
    assert reply["headers"]["Cache-Control"] in ("max-age=60", "max-age=10", "no-store")


def test_unknown_edits_are_ignored_or_named(put_original: Any, start: Callable[..., Ask]) -> None:
    put_original(jpeg())
    urls = ("/filters:brightness(40)/a.jpg", spelled(key="a.jpg", edits={"sepia": True}), "/a.jpg?zoom=2")
    assert [start()(url)["statusCode"] for url in urls] == [200] * 3
    assert {failure(start(strict=True)(url))[0] for url in urls} == {400}


def test_a_fallback_image_keeps_the_status(put_original: Any, publish_fallback: Any, ask: Ask) -> None:
    publish_fallback()
    for url, status in (("/b.jpg", 404), ("/a.exe", 400)):
        reply = ask(url)
        assert (reply["statusCode"], b64decode(reply["body"])) == (status, FALLBACK)
        assert reply["headers"]["Content-Type"] == "image/jpeg"


def test_other_methods_are_refused(ask: Ask) -> None:
    reply = ask("/a.jpg", "POST")
    assert (failure(reply)[0], reply["headers"]["Allow"]) == (405, "GET, HEAD")


def test_a_replaced_original_has_another_version_and_no_stale_reply(put_original: Any, ask: Ask) -> None:
    put_original(jpeg("red"))
    first = ask("/64x0/a.jpg")
    put_original(jpeg("blue"), OriginalFacts("00000002"))
    second = ask("/64x0/a.jpg")
    assert second["headers"]["ETag"] != first["headers"]["ETag"]
    blue = shown(second).getpixel((9, 9))
    assert isinstance(blue, tuple)
    assert blue[2] > 240


def test_a_listed_bucket_of_originals_is_served_by_etag_and_only_read(
    store: DirectoryStore, tmp_path: Path, start: Callable[..., Ask]
) -> None:
    (tmp_path / "archive").mkdir()
    archive = open_store((tmp_path / "archive").as_uri())
    archive.put("old/a", jpeg("red"), content_type="image/jpeg", metadata={"version": "00000001", "examined": "1"})
    before = archive.head("old/a")
    ask = start(buckets={"archive": (tmp_path / "archive").as_uri()})
    first = ask("/64x0/old/a")
    assert shown(first).size == (64, 48)
    (stored,) = stored_variants(store)
    assert stored.startswith("variants/~archive/old/a/")
    assert ask("/64x0/old/a")["body"] == first["body"]
    archive.put("old/a", jpeg("blue"), content_type="image/jpeg")
    blue = shown(ask("/64x0/old/a")).getpixel((9, 9))
    assert isinstance(blue, tuple)
    assert blue[2] > 240
    assert len(stored_variants(store)) == 2
    assert list(archive.list("")) == ["old/a"]
    assert before.etag != archive.head("old/a").etag
    assert failure(ask("/64x0/old/b")) == (404, "NoSuchKey")


def test_the_rewrite_rule_of_the_operator_counts(put_original: Any, start: Callable[..., Ask]) -> None:
    put_original(jpeg())
    ask = start(rewrite=[r"/^\/thumb\/(\d+)\//", "/$1x0/"])
    assert shown(ask("/thumb/64/a.jpg")).size == (64, 48)
    explosive = start(rewrite=["/.*.*.*.*.*!$/", "x"])
    assert failure(explosive("/" + "a" * 2000)) == (400, "RequestTypeError")


def test_the_whole_function_can_be_this_entry_or_none_of_it(put_original: Any, start: Callable[..., Ask]) -> None:
    put_original(jpeg())
    assert shown(start(path="/")("/64x0/a.jpg", base="")).size == (64, 48)
    assert json.loads(start()("/64x0/a.jpg", base="")["body"])["code"] == "original_missing"


def test_a_function_url_answers_the_same(put_original: Any, ask: Ask) -> None:
    put_original(jpeg(), key="caf\u00e9 (1).jpg")
    by_api = ask("/64x0/caf%C3%A9%20(1).jpg")
    event = function_url("/sih/64x0/caf%C3%A9%20(1).jpg", query=None)
    by_url = ask.__dict__["handler"](event, None)
    assert (by_url["statusCode"], by_url["body"]) == (200, by_api["body"])


def test_a_large_image_is_redirected_to_storage_with_a_link_that_works(
    s3_server: S3Server, start: Callable[..., Ask], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(s3_server.location, lambda: s3_server.credentials)
    store.put("originals/sih/large.png", noisy_png(1300), content_type="image/png", metadata=OLD.as_metadata())
    for name, text in s3_server.environment.items():
        monkeypatch.setenv(name, text)
    ask = start(s3_server.location)
    reply = ask(spelled(key="sih/large.png"))
    assert (reply["statusCode"], reply["headers"]["Cache-Control"]) == (302, "max-age=60")
    with urlopen(reply["headers"]["Location"]) as found:  # noqa: S310  # the test's own server
        body = found.read()
    assert len(body) > 4_500_000
    assert Image.open(BytesIO(body)).size == (1300, 1300)
    assert ask(spelled(key="sih/large.png"), "HEAD")["statusCode"] == 200
    for object_key in (*store.list("originals/sih/"), *store.list("variants/sih/")):
        store.delete(object_key)  # the server is not this test's alone


def test_a_large_image_in_a_directory_is_that_products_413(put_original: Any, ask: Ask) -> None:
    put_original(noisy_png(1300), key="large.png")
    assert failure(ask(spelled(key="large.png", outputFormat="png"))) == (413, "TooLargeImageException")
