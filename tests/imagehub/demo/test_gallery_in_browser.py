"""The gallery's script in a real browser: formats, visits, copying, and the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from assets.models import Asset, Preset
from edge.contract.signing import KeyRing
from tests.browser import errors_of, running_browser
from tests.imagehub.demo.images import encode_png, make_asset, make_preset

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CDN = "https://cdn.test"
_PNG = encode_png((30, 20))
Visit = Callable[[Callable[[Page], None]], None]


@pytest.fixture
def visit(live_server: Any, settings: Any, signing: KeyRing, static_files: None) -> Visit:
    """Opens the gallery of one image, with a CDN that answers by the Accept header and misses each URL once."""
    settings.IMAGEHUB = {**settings.IMAGEHUB, "CDN_URL": CDN}
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    with_cdn = {name: [*directives[name], CDN] for name in ("img-src", "connect-src")}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**directives, **with_cdn}}
    Asset._base_manager.bulk_create([make_asset(faces=[[350, 120, 180, 220], [600, 200, 90, 120]])])
    Preset._base_manager.bulk_create([make_preset()])

    def run(work: Callable[[Page], None]) -> None:
        with ThreadPoolExecutor(1) as pool:  # Playwright's event loop would keep Django's ORM from this thread
            pool.submit(_browse, work, live_server.url).result()

    return run


def _browse(work: Callable[[Page], None], url: str) -> None:
    with running_browser() as browser:
        context = browser.new_context(base_url=url, permissions=["clipboard-read", "clipboard-write"])
        seen: set[str] = set()
        context.route(f"{CDN}/**", lambda route: _answer(route, seen))
        page = context.new_page()
        errors = errors_of(page)
        page.goto("/gallery/")
        work(page)
        assert errors == []


def _answer(route: Route, seen: set[str]) -> None:
    """A small PNG, padded to another size for each Accept header, under the content type that the edge would choose."""
    accept = route.request.headers.get("accept", "")
    kind, size = next(
        (found for found in (("avif", 1024), ("webp", 2048)) if f"image/{found[0]}" in accept), ("jpeg", 4096)
    )
    state = "Hit" if route.request.url in seen else "Miss"
    seen.add(route.request.url)
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "*",
        "X-Cache": f"{state} from cloudfront",
        "Server-Timing": "decode;dur=20, encode;dur=30.4",
    }
    route.fulfill(body=_PNG.ljust(size, b"\0"), content_type=f"image/{kind}", headers=headers)


def test_each_browsers_format_is_shown_with_its_bytes(visit: Visit) -> None:
    def work(page: Page) -> None:
        page.locator("[data-accept] img").first.scroll_into_view_if_needed()
        captions = page.locator("[data-accept] figcaption")
        for index, text in enumerate(["AVIF 1.0 KB", "WebP 2.0 KB", "JPEG 4.0 KB"]):
            expect(captions.nth(index)).to_contain_text(text)
            expect(captions.nth(index)).to_be_visible()

    visit(work)


def test_the_first_visit_is_rendered_and_the_second_comes_from_the_cache(visit: Visit) -> None:
    def work(page: Page) -> None:
        page.get_by_role("button", name="Request it twice").click()
        rows = page.locator(".visits > div")
        expect(rows).to_have_count(2)
        expect(rows.nth(0)).to_contain_text("Rendered at the edge, in ms: decode 20, encode 30.")
        expect(rows.nth(1)).to_contain_text("From the cache.")

    visit(work)


def test_copied_code_is_the_code_on_the_page(visit: Visit) -> None:
    def work(page: Page) -> None:
        block = page.locator(".code", has_text='{% img_url "photo.jpg" 300 %}').last
        block.get_by_role("button", name="Copy").click()
        expect(block.get_by_role("button")).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == block.locator("code").text_content()

    visit(work)


def test_everything_is_reached_and_worked_with_the_keyboard(visit: Visit) -> None:
    def work(page: Page) -> None:
        summary, button = page.locator("summary").first, page.get_by_role("button", name="Request it twice")
        expect(button).to_be_visible()
        reached = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            reached.add(page.evaluate("document.activeElement.outerHTML.slice(0, 60)"))
        for element in (summary, button, page.locator("nav a").first, page.locator("pre").first):
            assert element.evaluate("element => element.outerHTML.slice(0, 60)") in reached
        summary.press("Enter")
        expect(page.locator("details pre").first).to_be_visible()

    visit(work)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_page_is_never_wider_than_its_window(visit: Visit, width: int, scheme: Any) -> None:
    def work(page: Page) -> None:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        page.get_by_role("button", name="Request it twice").click()
        expect(page.locator(".visits > div")).to_have_count(2)
        for summary in page.locator("summary").all():
            summary.click()
        expect(page.locator("section", has=page.locator("#faces")).locator("pre").last).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == width

    visit(work)
