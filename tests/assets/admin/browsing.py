"""A logged-in editor's browser. Images come from a CDN that answers every URL with the same picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, Route

from tests.assets.images import image_file
from tests.browser import errors_of, running_browser

Visit = Callable[[Callable[[Page], None]], None]
InBrowser = Callable[[Callable[[Browser], None]], None]


@contextmanager
def browser_in_a_thread() -> Iterator[InBrowser]:
    """Yield what works with a browser, in a thread of its own, since Playwright's loop would bar Django's ORM."""
    with ThreadPoolExecutor(1) as pool:
        running = running_browser()
        browser = pool.submit(running.__enter__).result()
        try:
            yield lambda work: pool.submit(work, browser).result()
        finally:
            pool.submit(running.__exit__, None, None, None).result()


def browse(browser: Browser, work: Callable[[Page], None], url: str, session: str) -> None:
    """Do some work as a logged-in editor, whose browser knows nothing from earlier tests."""
    with browser.new_context(base_url=url) as context:
        context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
        context.route("https://cdn.example/**", _answer)
        page = context.new_page()
        errors = errors_of(page)
        work(page)
        assert errors == []


def _answer(route: Route) -> None:
    headers = {"Access-Control-Allow-Origin": "*"}
    route.fulfill(body=image_file("PNG", (600, 400)), content_type="image/png", headers=headers)


def upload(page: Page, body: bytes, name: str) -> None:
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": body})


def in_thread(work: Callable[[], None]) -> None:
    """Call ``work``, which may use Django's ORM, from a thread with Playwright's loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()
