"""A browser and running demos."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import errors_of, running_browser
from tests.e2e.running import Demo


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for one module: while Playwright runs, no other test can run an event loop."""
    with running_browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a new visitor. The test fails if the browser's console reports an error."""
    context = browser.new_context()
    page = context.new_page()
    errors = errors_of(page)
    yield page
    context.close()
    assert errors == []


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Mapping[str, str]], Demo]]:
    """Starts demos with additional environment variables, and stops them at the end of the module."""
    started: list[Demo] = []

    def start(environment: Mapping[str, str]) -> Demo:
        demo = Demo(tmp_path_factory.mktemp("demo"), environment)
        started.append(demo)
        return demo.start()

    yield start
    for demo in started:
        demo.stop()
