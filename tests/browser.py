"""Chromium, as Debian or Playwright brings it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.services import missing

_DEBIAN = Path("/usr/bin/chromium")
#: A sandbox needs rights that root in a container has not; the rest keeps Chromium from calling home.
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A headless browser; skips the test loudly where there is none, and fails it where CI is set."""
    with sync_playwright() as playwright:
        executable = _DEBIAN if _DEBIAN.exists() else None
        try:
            browser = playwright.chromium.launch(executable_path=executable, args=_FLAGS)
        except Error as error:
            missing("BROWSER", f"install Chromium (make test does so as root): {error.message.splitlines()[0]}")
        yield browser
        browser.close()


def errors_of(page: Page) -> list[str]:
    """What goes wrong on ``page`` from now on, as its console and its scripts say."""
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors
