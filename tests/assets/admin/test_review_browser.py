"""Reviews in a real browser: decided with the keyboard alone, and the clear picture only when it is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from assets.models import Asset
from tests.assets.admin.browsing import InBrowser, Visit, browse
from tests.assets.images import image_file
from tests.assets.review_support import decisions, flagged, turn_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent")]

QUEUE = "/admin/imagehub/review/queue/"
LOADED = "(() => { const i = document.querySelector('[data-picture]'); return i.complete && i.naturalWidth > 0; })()"


@pytest.fixture
def three(settings: Any) -> list[Asset]:
    turn_on(settings)
    return [flagged(f"{number}.jpg", image_file(size=(60 + number, 40))) for number in range(3)]


def is_at(page: Page, asset: Asset) -> None:
    expect(page.get_by_role("heading", name=f"Review of {asset.key}")).to_be_visible()
    page.wait_for_load_state()  # its script too


def test_a_queue_is_worked_off_with_the_keyboard_alone(visit: Visit, three: list[Asset]) -> None:
    first, second, third = three
    clear: list[str] = []

    def work(page: Page) -> None:
        page.on("request", lambda request: clear.append(request.url) if "clear=1" in request.url else None)
        page.goto(QUEUE)
        is_at(page, first)
        expect(page.get_by_text("1 of 3 waiting")).to_be_visible()
        page.wait_for_function(LOADED)
        assert clear == []
        page.keyboard.press("s")
        expect(page.locator("[data-picture-status]")).to_have_text("Shown as it is")
        assert len(clear) == 1
        page.keyboard.press("s")
        expect(page.locator("[data-picture-status]")).to_have_text("Blurred for this page")
        page.keyboard.press("n")
        is_at(page, second)
        page.keyboard.press("p")
        is_at(page, first)
        page.keyboard.press("r")
        page.keyboard.type("A battle at a wedding")  # letters that are shortcuts elsewhere
        page.keyboard.press("Escape")
        page.keyboard.press("w")
        is_at(page, second)
        expect(page.get_by_text("0.jpg was withheld.")).to_be_visible()
        page.keyboard.press("u")
        is_at(page, first)
        expect(page.get_by_text("Undone: 0.jpg.")).to_be_visible()
        page.keyboard.press("b")
        is_at(page, second)
        page.keyboard.press("a")
        is_at(page, third)
        page.keyboard.press("t")
        expect(page.get_by_text("No flagged image waits for a review.")).to_be_visible()
        expect(page.get_by_text("2.jpg was moved to the trash.")).to_be_visible()

    visit(work)
    assert [decisions(asset) for asset in three] == [["blurred"], ["approved"], ["trashed"]]
    assert clear == [url for url in clear if url.endswith(f"/image/{first.pk}/picture/?clear=1")]


def test_shortcuts_can_be_turned_off_and_stay_off(visit: Visit, three: list[Asset]) -> None:
    def work(page: Page) -> None:
        page.goto(QUEUE)
        page.get_by_label("Keyboard shortcuts").uncheck()
        page.locator("h1").click()
        page.keyboard.press("a")
        page.keyboard.press("Control+b")
        page.reload()
        expect(page.get_by_label("Keyboard shortcuts")).not_to_be_checked()
        expect(page.locator("kbd").first).to_be_hidden()
        page.keyboard.press("w")
        is_at(page, three[0])
        page.get_by_label("Keyboard shortcuts").check()
        page.keyboard.press("Control+a")
        is_at(page, three[0])
        page.keyboard.press("A")
        is_at(page, three[1])

    visit(work)
    assert [decisions(asset) for asset in three] == [["approved"], ["open"], ["open"]]


def test_every_control_is_reached_by_tab_and_works_by_enter(visit: Visit, three: list[Asset]) -> None:
    def work(page: Page) -> None:
        page.goto(QUEUE)
        page.locator("h1").click()
        met = []
        for _ in range(40):
            page.keyboard.press("Tab")
            met.append(page.evaluate("(document.activeElement.innerText || document.activeElement.id || '').trim()"))
            if met[-1].startswith("Withhold"):
                break
        names = [name.split("\n")[0].split(" ")[0] for name in met]
        wanted = ["Show", "review-why", "Approve", "Blur", "Withhold"]
        assert [name for name in names if name in wanted] == wanted
        page.keyboard.press("Enter")
        is_at(page, three[1])

    visit(work)
    assert decisions(three[0]) == ["withheld"]


def test_without_javascript_the_picture_is_shown_and_the_image_decided_about(
    in_browser: InBrowser, live_server: Any, admin_client: Any, three: list[Asset]
) -> None:
    session = admin_client.cookies["sessionid"].value

    def work(browser: Browser) -> None:
        with browser.new_context(base_url=live_server.url, java_script_enabled=False) as context:
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
            page = context.new_page()
            page.goto(QUEUE)
            expect(page.locator("kbd").first).to_be_hidden()
            page.get_by_role("button", name="Show image").click()
            expect(page.locator("[data-picture]")).to_have_attribute("src", _clear(three[0]))
            page.get_by_role("button", name="Hide image").click()
            page.get_by_role("button", name="Approve").click()
            is_at(page, three[1])

    in_browser(work)
    assert decisions(three[0]) == ["approved"]


def _clear(asset: Asset) -> str:
    return f"/admin/imagehub/review/image/{asset.pk}/picture/?clear=1"


def test_a_picture_that_takes_its_time_is_said_to_be_loading(visit: Visit, three: list[Asset]) -> None:
    def work(page: Page) -> None:
        waiting: list[Route] = []
        page.route("**/picture/", lambda route: waiting.append(route))  # noqa: PLW0108  # Playwright refuses a builtin
        page.goto(QUEUE, wait_until="commit")
        expect(page.locator("[data-picture-status]")).to_have_text("Loading …")
        waiting[0].continue_()
        expect(page.locator("[data-picture-status]")).to_have_text("Blurred for this page")

    visit(work)


def test_a_picture_that_cannot_be_loaded_is_explained(
    in_browser: InBrowser, live_server: Any, admin_client: Any, three: list[Asset]
) -> None:
    session = admin_client.cookies["sessionid"].value

    def work(page: Page) -> None:
        page.route("**/picture/?clear=1", lambda route: route.fulfill(body="no picture", content_type="text/plain"))
        page.goto(QUEUE)
        page.wait_for_function(LOADED)
        page.keyboard.press("s")
        expect(page.locator("[data-picture-status]")).to_have_text("The picture cannot be loaded at the moment.")

    in_browser(lambda browser: browse(browser, work, live_server.url, session))
