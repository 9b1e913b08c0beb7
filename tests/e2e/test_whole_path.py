"""From an editor's upload to a visitor's browser: the demo, with real processes and Chromium."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import APIResponse, Browser, Page, Response, expect

from tests.docs.editor import Editor, Field
from tests.e2e.editing import choose_action, log_in, replace, save, upload
from tests.e2e.pictures import colour_of, jpeg
from tests.e2e.running import Demo
from tests.http_client import ask

pytestmark = [pytest.mark.browser, pytest.mark.long]

UNUSUAL_KEYS = [
    *("two words.jpg", "a+b.jpg", "100%.jpg", "100%25.jpg", "a#b.jpg", "why?.jpg", "a&w=5.jpg", "it's.jpg", "été.jpg"),
    *(unicodedata.normalize("NFD", "hôtel.jpg"), "山/水.jpg", "(1) ,;@$!.JPG"),
    "/".join(["ü" * 127, "b" * 251, "c.jpg"]),
]
_CHROME_ACCEPT = {"Accept": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"}


@pytest.fixture(scope="module", params=["directory", pytest.param("s3", marks=pytest.mark.s3)])
def demo(request: pytest.FixtureRequest, start: Callable[[Mapping[str, str]], Demo]) -> Demo:
    """A demo that stores images in a directory, and one that stores them on an S3 server."""
    if request.param == "directory":
        return start({})
    server = request.getfixturevalue("s3_server")
    return start(
        {
            "IMAGEHUB_BUCKET": server.bucket,
            "IMAGEHUB_S3_ENDPOINT": server.endpoint,
            "AWS_ACCESS_KEY_ID": server.credentials.access_key,
            "AWS_SECRET_ACCESS_KEY": server.credentials.secret_key,
            "AWS_REGION": "us-east-1",
        }
    )


@pytest.fixture(scope="module")
def photograph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A JPEG of 12 megapixels with an EXIF orientation."""
    sky = Image.linear_gradient("L").resize((4000, 3000))
    haze = Image.effect_noise((1000, 750), 80).filter(ImageFilter.GaussianBlur(3)).resize((4000, 3000))
    path = tmp_path_factory.mktemp("photograph") / "été à la plage + 100%.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "a camera that must not become public"
    Image.merge("RGB", [sky, haze, haze]).save(path, quality=88, exif=exif)
    return path


def test_an_uploaded_image_is_rendered_once(page: Page, browser: Browser, demo: Demo, photograph: Path) -> None:
    log_in(page, demo)
    page.goto(demo.urls[0] + "imagehub/asset/add/")
    page.locator("input[type=file]").set_input_files(photograph)
    page.get_by_label("Alternative text").fill("A beach in summer")
    save(page)
    expect(page.get_by_text("was added successfully")).to_be_visible()

    # The admin shows the image at other widths, so nobody has requested 300 pixels yet.
    state, first = visit(browser, demo)
    assert state == "Miss from cloudfront"
    state, again = visit(browser, demo)
    assert state == "Hit from cloudfront"
    assert again == first
    with Image.open(BytesIO(first)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("AVIF", (300, 400), {})


def visit(browser: Browser, demo: Demo) -> tuple[str | None, bytes]:
    """Open the gallery as a new visitor. Returns X-Cache and the bytes of the newest image at 300 pixels."""
    answers: list[Response] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  # Playwright sets an attribute on the handler
    page.goto(demo.urls[2])
    shown = page.locator("[data-accept] img").first
    shown.scroll_into_view_if_needed()
    # `complete` may be true before a lazy image begins to load.
    expect(shown).to_have_js_property("naturalWidth", 300)
    expect(shown).to_have_js_property("naturalHeight", 400)
    answer = next(answer for answer in answers if answer.url.endswith("?w=300"))
    assert answer.request.resource_type == "image"
    assert answer.header_value("content-type") == "image/avif"
    state, body = answer.header_value("x-cache"), answer.body()
    context.close()
    return state, body


@pytest.fixture(scope="module")
def unusual_keys(demo: Demo) -> None:
    """Images with unusual keys, sent by an editor whose browser draws no pages: that would take most of the time."""
    assert demo.account is not None
    name, password = demo.account
    editor = Editor(demo.urls[0].removesuffix("/admin/"))
    editor.post("/admin/login/?next=/admin/", {"username": name, "password": password})
    for key in UNUSUAL_KEYS:
        file = ("upload.jpg", jpeg("green"), "image/jpeg")
        fields: dict[str, Field] = {"key": key, "alt_text": "Unusual", "original": file, "_save": "Save"}
        assert "was added successfully" in editor.post("/admin/imagehub/asset/add/", fields), key


@pytest.mark.usefixtures("unusual_keys")
@pytest.mark.parametrize("key", UNUSUAL_KEYS, ids=lambda key: key[:12].encode("ascii", "replace").decode())
def test_an_image_with_an_unusual_key_is_served(demo: Demo, key: str) -> None:
    assert_served(demo, key)


def assert_served(demo: Demo, key: str) -> None:
    address = quote(unicodedata.normalize("NFC", key), safe="/")
    reply = ask(demo.urls[1], f"/{address}?w=300", accept=_CHROME_ACCEPT["Accept"])
    assert (reply.status, reply.headers["content-type"]) == (200, "image/webp")
    assert colour_of(reply.body) == "green"


@pytest.mark.usefixtures("unusual_keys")
def test_the_list_shows_the_images_with_unusual_keys(page: Page, demo: Demo) -> None:
    log_in(page, demo)
    page.goto(demo.urls[0] + "imagehub/asset/?q=Unusual")
    shown = page.locator("#result_list img")
    expect(shown).to_have_count(len(UNUSUAL_KEYS))
    for image in shown.all():
        image.scroll_into_view_if_needed()
        expect(image).not_to_have_js_property("naturalWidth", 0)


def test_an_editor_types_an_unusual_key(page: Page, demo: Demo) -> None:
    key = unicodedata.normalize("NFD", "typed/hôtel & 100%25 +#?.jpg")
    log_in(page, demo)
    upload(page, demo, key, jpeg("green"), "Typed")
    assert_served(demo, key)


def get(page: Page, demo: Demo, path: str) -> APIResponse:
    """Request ``path`` from the CDN as Chrome does."""
    return page.request.get(demo.urls[1] + path, headers=_CHROME_ACCEPT)


def test_a_replaced_image_is_served_at_once_by_version_and_soon_without(page: Page, demo: Demo) -> None:
    log_in(page, demo)
    upload(page, demo, "door.jpg", jpeg("red"), "A door")
    assert colour_of(get(page, demo, "/door.jpg?w=300").body()) == "red"
    assert get(page, demo, "/door.jpg?w=300").headers["x-cache"] == "Hit from cloudfront"

    replace(page, demo, "A door", jpeg("blue"))
    version = version_in_list(page, demo, "A door")
    assert colour_of(get(page, demo, f"/door.jpg?w=300&v={version}").body()) == "blue"
    eventually(lambda: colour_of(get(page, demo, "/door.jpg?w=300").body()) == "blue")


def version_in_list(page: Page, demo: Demo, alt: str) -> str:
    """The version that the admin's list names in the URL of the image that ``alt`` describes."""
    page.goto(f"{demo.urls[0]}imagehub/asset/?q={alt}")
    source = page.locator("#result_list img").first.get_attribute("src") or ""
    return source.split("v=")[1][:8]


def test_the_gallery_shows_the_real_answer_to_a_changed_url(page: Page, demo: Demo) -> None:
    page.goto(demo.urls[2])
    signed, changed = (str(link.get_attribute("href")) for link in page.locator(".signatures a").all())
    assert page.request.get(signed, headers=_CHROME_ACCEPT).status == 200
    refused = page.request.get(changed, headers=_CHROME_ACCEPT)
    assert refused.status == 403
    assert page.locator(".signatures .bad code").text_content() == refused.text()


def test_a_deleted_image_is_no_longer_served(page: Page, demo: Demo) -> None:
    log_in(page, demo)
    upload(page, demo, "gone.jpg", jpeg("red"), "Soon gone")
    assert get(page, demo, "/gone.jpg?w=300").status == 200
    choose_action(page, demo, "Soon gone", "Delete selected images")
    page.get_by_role("button", name="Yes").click()
    eventually(lambda: get(page, demo, "/gone.jpg?w=300").status == 404)


def test_a_purge_requested_in_the_admin_completes(page: Page, demo: Demo) -> None:
    log_in(page, demo)
    upload(page, demo, "stale.jpg", jpeg("red"), "Soon purged")
    assert get(page, demo, "/stale.jpg?w=300").status == 200
    assert get(page, demo, "/stale.jpg?w=300").headers["x-cache"] == "Hit from cloudfront"
    choose_action(page, demo, "Soon purged", "Purge: render every size again")
    page.get_by_role("button", name="Yes, purge").click()
    page.get_by_role("link", name="View progress").click()
    expect(page.get_by_text("Completed").first).to_be_visible(timeout=20_000)
    answer = get(page, demo, "/stale.jpg?w=300")
    assert (answer.status, answer.headers["x-cache"]) == (200, "Miss from cloudfront")
    assert "decode" in answer.headers["server-timing"], "the stored variant was still there"


def test_warmed_presets_are_cache_hits_for_visitors(page: Page, demo: Demo) -> None:
    log_in(page, demo)
    upload(page, demo, "warm.jpg", jpeg("blue"), "Soon warm")
    choose_action(page, demo, "Soon warm", "Warm: render every preset now")
    page.get_by_role("link", name="View progress").click()
    expect(page.get_by_text("9 of 9").first).to_be_visible(timeout=20_000)
    page.goto(f"{demo.urls[0]}imagehub/asset/?q=Soon warm")
    page.locator("#result_list tbody th a, #result_list tbody td a").first.click()
    shown = page.locator("img[src*='p=banner']").first.get_attribute("src")
    assert page.request.get(str(shown), headers=_CHROME_ACCEPT).headers["x-cache"] == "Hit from cloudfront"


def eventually(happens: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for a worker to make ``happens`` true."""
    until = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < until, f"not within {seconds} seconds"
        time.sleep(0.2)


def test_a_restarted_demo_keeps_its_account_and_images(page: Page, start: Callable[[Mapping[str, str]], Demo]) -> None:
    demo = start({})
    account = demo.account
    assert demo.stop() == 0
    again = Demo(demo.data).start()
    try:
        assert again.account is None
        again.output = f"Sign in at / as {account[0]} with the password {account[1]}\n" + again.output  # type: ignore[index]
        log_in(page, again)
        page.goto(again.urls[2])
        expect(page.locator("img").first).to_have_js_property("complete", True)
        page.goto("about:blank")
    finally:
        assert again.stop() == 0
