"""A bulk purge in a real browser: from the list over the question to the progress, on a phone and on a desktop."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from assets.models import Asset, BulkPurge
from tests.assets.admin.browsing import Visit, in_thread

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Where to keep screenshots, for somebody who wants to look at them.
_SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def photograph(page: Page, name: str) -> None:
    if _SCREENSHOTS:
        page.screenshot(path=Path(_SCREENSHOTS, f"{name}.png"), full_page=True)


def check(page: Page, name: str) -> None:
    """In neither colour scheme is the page wider than its screen."""
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        photograph(page, f"{name}-{scheme}")


def choose(page: Page, count: int) -> None:
    """All images; or some of them on a phone, where the list has no head and so no box for all."""
    if count == 60:
        page.locator("#action-toggle").check()
        page.get_by_text("Select all 60 images").click()
    else:
        for row in page.locator(".action-select").all()[:count]:
            row.check()


@pytest.mark.parametrize(("width", "count"), [(320, 13), (390, 13), (1280, 60)])
def test_images_are_chosen_purged_and_followed(visit: Visit, width: int, count: int) -> None:
    keys = [f"photos/{'a-long-name-' * 5}{number}.jpg" for number in range(60)]
    Asset._base_manager.bulk_create([Asset(key=key, original=key, version="1f2e3d4c") for key in keys])

    def mark_done() -> None:
        BulkPurge.objects.update(done=count, state="done")

    def work(page: Page) -> None:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/admin/imagehub/asset/")
        choose(page, count)
        page.locator("select[name=action]").select_option("purge_selected")
        page.locator("button[name=index]").click()
        expect(page.get_by_role("heading", name=f"Purge {count} images?")).to_be_visible()
        expect(page.get_by_text(f"And {count - 12} more.")).to_be_visible()
        check(page, f"confirm-{width}")
        page.get_by_role("button", name="Yes, purge").press("Enter")
        expect(page.get_by_text(f"{count} images will be purged.")).to_be_visible()
        page.get_by_role("link", name="View progress").click()
        expect(page.get_by_text(f"0 of {count} images")).to_be_visible()
        check(page, f"progress-{width}")
        in_thread(mark_done)
        expect(page.get_by_text(f"{count} of {count} images")).to_be_visible()

    visit(work)
    assert BulkPurge.objects.get().total == count
