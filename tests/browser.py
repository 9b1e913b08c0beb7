"""Chromium, as Debian or Playwright brings it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

from tests.services import missing

_DEBIAN = Path("/usr/bin/chromium")
#: A sandbox needs rights that root in a container has not; the rest keeps Chromium from calling home.
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def launch(playwright: Playwright) -> Browser:
    """A headless browser; skips the test loudly where there is none, and fails it where CI is set."""
    executable = _DEBIAN if _DEBIAN.exists() else Path(playwright.chromium.executable_path)
    if not executable.exists():
        missing("BROWSER", "install Chromium (make test does so as root)")
    return playwright.chromium.launch(executable_path=executable, args=_FLAGS)


def errors_of(page: Page) -> list[str]:
    """What goes wrong on ``page`` from now on, as its console and its scripts say."""
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return errors
