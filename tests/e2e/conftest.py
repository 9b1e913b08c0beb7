"""A browser and running demos."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.running import Demo

_DEBIAN = Path("/usr/bin/chromium")
#: A sandbox needs rights that root in a container has not; the rest keeps Chromium from calling home.
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        executable = _DEBIAN if _DEBIAN.exists() else Path(playwright.chromium.executable_path)
        if not executable.exists():
            reason = "NO BROWSER: install Chromium (make test does so as root) to run the tests of the whole path"
            pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
        browser = playwright.chromium.launch(executable_path=executable, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a new visitor, which fails the test where the browser's console reports an error."""
    context = browser.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Mapping[str, str]], Demo]]:
    """Starts demos with some environment; all have ended when the module is done."""
    started: list[Demo] = []

    def start(environment: Mapping[str, str]) -> Demo:
        demo = Demo(tmp_path_factory.mktemp("demo"), environment)
        started.append(demo)
        return demo.start()

    yield start
    for demo in started:
        demo.stop()
