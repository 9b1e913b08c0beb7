"""Fixtures for tests of the admin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from tests.assets.admin.browsing import InBrowser, Visit, browse, browser_in_a_thread


@pytest.fixture(scope="module")
def in_browser() -> Iterator[InBrowser]:
    """One browser for the tests of a file."""
    with browser_in_a_thread() as in_browser:
        yield in_browser


@pytest.fixture
def visit(in_browser: InBrowser, live_server: Any, admin_client: Client, settings: Any) -> Visit:
    """Does something in a logged-in browser."""
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    to_cdn = {name: [*directives[name], settings.IMAGEHUB["CDN_URL"]] for name in ("img-src", "connect-src")}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**directives, **to_cdn}}

    def run(work: Callable[[Page], None]) -> None:
        session = admin_client.cookies["sessionid"].value
        in_browser(lambda browser: browse(browser, work, live_server.url, session))

    return run
