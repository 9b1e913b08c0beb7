"""Draws docs/images/resizing.webp: ``python -m tests.bench.sheet``. Needs Node and Chromium.

Photographs, text, thin lines and line art, reduced by imagehub, by sharp and by Chromium, and once more in linear
light: docs/decisions/015-gamma-resizing.md.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser

from tests.bench.peers import OURS, SHARP, Peers
from tests.bench.photographs import photographs
from tests.bench.reference import Averaging, resized
from tests.bench.sheet_drawings import DRAWINGS
from tests.browser import running_browser
from tests.machine import ROOT

TARGET = ROOT / "docs" / "images" / "resizing.webp"
_FOLDER = ROOT / "var" / "bench"
#: The part of each result that is shown, and how much each of its pixels is magnified.
_CELL, _MAGNIFIED = (150, 84), 2
_GAP, _HEAD = 8, 26
_INK, _PAPER = "#1f2328", "#ffffff"
_COLUMNS = ("imagehub", "sharp", "Chromium", "in linear light")
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """An image, the width it is reduced to, and the top left corner of the part that is shown."""

    title: str
    image: Callable[[], Image.Image]
    width: int
    corner: Size = (0, 0)


def rows() -> Iterator[Row]:
    photos = {photo.name: photo for photo in photographs(None)}
    yield Row("photograph, 512 to 240 px", photos["astronaut"].pixels, 240, (50, 0))
    yield Row("photograph, 451 to 200 px", photos["chelsea"].pixels, 200, (20, 20))
    for title, draw in DRAWINGS.items():
        yield Row(f"{title}, 600 to 250 px", draw, 250)


def main() -> None:
    with TemporaryDirectory() as scratch, running_browser() as browser:
        drawn = [(row.title, _cells(row, Path(scratch), browser)) for row in rows()]
    compose(drawn).save(TARGET, "WEBP", quality=90, method=6)
    print(f"{TARGET.relative_to(ROOT)} is written: {TARGET.stat().st_size / 1000:.0f} kB.")


def _cells(row: Row, scratch: Path, browser: Browser) -> list[Image.Image]:
    """The row's image as each column shows it, cropped."""
    image = row.image()
    source = scratch / "source.png"
    image.save(source)
    size = row.width, round(image.height * row.width / image.width)
    peers = Peers(_FOLDER, print)
    results = [*(_by_engine(peers, name, source, size) for name in (OURS, SHARP))]
    results += [_by_chromium(browser, source, size), resized(image, size, Averaging.LINEAR)]
    left, top = row.corner
    return [result.crop((left, top, left + _CELL[0], top + _CELL[1])) for result in results]


def _by_engine(peers: Peers, name: str, source: Path, size: Size) -> Image.Image:
    worker = peers.start(name)
    if worker is None:
        raise FileNotFoundError(f"{name} is not installed.")
    try:
        out = source.with_suffix(".raw")
        done = worker.ask("resize", input=source, width=size[0], out=out)
        return Image.frombytes({1: "L", 3: "RGB"}[done.bands], done.size, out.read_bytes()).convert("RGB")
    finally:
        worker.close()


def _by_chromium(browser: Browser, source: Path, size: Size) -> Image.Image:
    """A screenshot of the image on a page, at one device pixel for each CSS pixel."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    try:
        data = b64encode(source.read_bytes()).decode()
        page.set_content(
            f'<style>body {{ margin: 0 }}</style><img width="{size[0]}" height="{size[1]}" '
            f'src="data:image/png;base64,{data}">'
        )
        page.locator("img").evaluate("image => image.decode()")
        with Image.open(BytesIO(page.screenshot())) as screenshot:
            return screenshot.convert("RGB")
    finally:
        page.close()


def compose(drawn: list[tuple[str, list[Image.Image]]]) -> Image.Image:
    """The sheet: a line of text above each row, the columns' names above all."""
    across, down = (_MAGNIFIED * side for side in _CELL)
    height = _HEAD + len(drawn) * (_HEAD + down) + _GAP
    sheet = Image.new("RGB", (_GAP + len(_COLUMNS) * (across + _GAP), height), _PAPER)
    draw, bold, plain = ImageDraw.Draw(sheet), ImageFont.load_default(17), ImageFont.load_default(14)
    for column, name in enumerate(_COLUMNS):
        draw.text((_GAP + column * (across + _GAP), 4), name, _INK, bold)
    for number, (title, cells) in enumerate(drawn):
        top = _HEAD + number * (_HEAD + down)
        draw.text((_GAP, top + 4), title, _INK, plain)
        for column, cell in enumerate(cells):
            magnified = cell.resize((across, down), Image.Resampling.NEAREST)
            sheet.paste(magnified, (_GAP + column * (across + _GAP), top + _HEAD))
    return sheet


if __name__ == "__main__":
    main()
