"""An editor uploads a photograph, a template shows it, a visitor's browser gets AVIF, the next one the stored file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Page, Response, expect

from tests.e2e.running import Demo

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=["directory", pytest.param("s3", marks=pytest.mark.s3)])
def demo(request: pytest.FixtureRequest, start: Callable[[Mapping[str, str]], Demo]) -> Demo:
    """A demo that keeps its pictures in a directory, and one that keeps them in a real S3 server."""
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
    """12 megapixels, lying on their side: EXIF says how to stand them up."""
    sky = Image.linear_gradient("L").resize((4000, 3000))
    haze = Image.effect_noise((1000, 750), 80).filter(ImageFilter.GaussianBlur(3)).resize((4000, 3000))
    path = tmp_path_factory.mktemp("photograph") / "été à la plage + 100%.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "a camera that nobody must hear of"
    Image.merge("RGB", [sky, haze, haze]).save(path, quality=88, exif=exif)
    return path


def log_in(page: Page, demo: Demo) -> None:
    assert demo.account is not None
    name, password = demo.account
    page.goto(demo.urls[0])
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("link", name="Pictures").first).to_be_visible()


def test_from_the_upload_to_the_visitors_cache_hit(page: Page, browser: Browser, demo: Demo, photograph: Path) -> None:
    log_in(page, demo)
    page.goto(demo.urls[0] + "assets/asset/add/")
    page.locator("input[type=file]").set_input_files(photograph)
    page.get_by_label("Alternative text").fill("A beach in summer")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()

    # The admin's list has shown the picture, so at 300 pixels it is still to be made.
    state, first = visit(browser, demo)
    assert state == "Miss from cloudfront"
    state, again = visit(browser, demo)
    assert state == "Hit from cloudfront"
    assert again == first
    with Image.open(BytesIO(first)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("AVIF", (300, 400), {})


def visit(browser: Browser, demo: Demo) -> tuple[str | None, bytes]:
    """A new visitor's gallery: how the photograph came at 300 pixels, and its bytes."""
    answers: list[Response] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  # it marks what it is given
    page.goto(demo.urls[2])
    shown = page.get_by_alt_text("A beach in summer").first
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", True)
    assert shown.evaluate("picture => [picture.naturalWidth, picture.naturalHeight]") == [300, 400]
    source = shown.evaluate("picture => picture.currentSrc")
    answer = next(answer for answer in answers if answer.url == source)
    assert answer.header_value("content-type") == "image/avif"
    state, body = answer.header_value("x-cache"), answer.body()
    context.close()
    return state, body


def test_the_next_start_finds_everything_as_it_was(page: Page, start: Callable[[Mapping[str, str]], Demo]) -> None:
    demo = start({})
    account = demo.account
    assert demo.stop() == 0
    again = Demo(demo.data).start()
    try:
        assert again.account is None
        again.output = f"editor account: name {account[0]} password {account[1]}\n" + again.output  # type: ignore[index]
        log_in(page, again)
        page.goto(again.urls[2])
        expect(page.locator("img").first).to_have_js_property("complete", True)
        page.goto("about:blank")
    finally:
        assert again.stop() == 0
