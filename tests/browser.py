"""Chromium, from Debian or from Playwright."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.services import missing

#: Debian's. The headless shell has no windows and needs a third of the CPU time:
#: https://developer.chrome.com/blog/chrome-headless-shell
_DEBIAN = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
#: The sandbox needs rights that root does not have in a container; the rest stops background network requests.
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Yield a headless browser. Without one the test is skipped loudly, or fails if ``CI`` is set."""
    with sync_playwright() as playwright:
        executable = next((path for path in _DEBIAN if path.exists()), None)
        try:
            browser = playwright.chromium.launch(executable_path=executable, args=_FLAGS)
        except Error as error:
            missing("BROWSER", f"install Chromium (make test does so as root): {error.message.splitlines()[0]}")
        yield browser
        browser.close()


def errors_of(page: Page) -> list[str]:
    """Return a list that collects the errors of the page's console and scripts from now on."""
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors
