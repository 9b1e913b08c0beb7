"""``make screenshots``: docs/images/gallery.webp and admin.webp, from a demo that starts with the samples alone."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import running_browser
from tests.e2e.editing import log_in
from tests.e2e.running import Demo
from tests.machine import ROOT

IMAGES = ROOT / "docs" / "images"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, running_browser() as browser:
        demo = Demo(Path(folder)).start()
        try:
            context = browser.new_context(
                viewport={"width": 1280, "height": 1000}, color_scheme="light", device_scale_factor=1.5
            )
            page = context.new_page()
            save(gallery(page, demo), "gallery.webp")
            save(admin(page, demo), "admin.webp")
            context.close()
        finally:
            demo.stop()


def gallery(page: Page, demo: Demo) -> bytes:
    """A PNG of the page down to the first crops, with everything loaded."""
    page.goto(demo.urls[2])
    crop = page.locator(".crop").first
    crop.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    expect(crop.locator("[data-delivered]").last).not_to_be_empty()
    bottom = crop.evaluate("crop => crop.getBoundingClientRect().bottom + scrollY")
    return page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": 1280, "height": bottom + 24})


def admin(page: Page, demo: Demo) -> bytes:
    """A PNG of the form of the newest sample."""
    log_in(page, demo)
    page.goto(demo.urls[2])
    page.get_by_role("link", name="Edit").click()
    page.wait_for_load_state("networkidle")
    return page.screenshot()


def save(screenshot: bytes, name: str) -> None:
    path = IMAGES / name
    Image.open(io.BytesIO(screenshot)).convert("RGB").save(path, "WEBP", quality=80, method=6)
    print(f"{path.relative_to(ROOT)} is written: {path.stat().st_size / 1000:.0f} kB.")


if __name__ == "__main__":
    main()
