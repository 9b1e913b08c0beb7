"""Fixtures for tests of the admin."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from tests.assets.admin.browsing import Visit, browse


@pytest.fixture
def visit(live_server: Any, admin_client: Client, settings: Any) -> Visit:
    """Does something in a logged-in browser, in a thread of its own, since Playwright's loop would bar Django's ORM."""
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    to_cdn = {name: [*directives[name], settings.IMAGEHUB["CDN_URL"]] for name in ("img-src", "connect-src")}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**directives, **to_cdn}}

    def run(work: Callable[[Page], None]) -> None:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(browse, work, live_server.url, admin_client.cookies["sessionid"].value).result()

    return run
