"""``python -m tests.strip``: fetch the photograph, measure, draw. Needs Debian's apt and Chromium."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image

from tests.browser import running_browser
from tests.machine import ROOT
from tests.strip.measure import measure
from tests.strip.page import build_page
from tests.strip.photograph import CREDIT, FOCAL, fetch_photograph

TARGET = ROOT / "docs" / "images" / "strip.webp"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(fetch_photograph(), FOCAL, Path(folder))
    TARGET.write_bytes(draw(build_page(measured, FOCAL, CREDIT)))
    print(f"{TARGET.relative_to(ROOT)} is written: {TARGET.stat().st_size / 1000:.0f} kB.")


def draw(page: str) -> bytes:
    """A WebP of the page's ``<main>``, at two device pixels for each CSS pixel."""
    with running_browser() as browser:
        tab = browser.new_page(viewport={"width": 1200, "height": 800}, device_scale_factor=2)
        tab.set_content(page)
        screenshot = tab.locator("main").screenshot(omit_background=True)
    output = io.BytesIO()
    Image.open(io.BytesIO(screenshot)).save(output, "WEBP", quality=82, method=6)
    return output.getvalue()


if __name__ == "__main__":
    main()
