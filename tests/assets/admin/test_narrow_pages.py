"""Every page of ours in a real browser: none is wider than its screen, nothing is cut off, no error is logged."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from assets.models import Analysis, Asset, BulkPurge, ManifestState, Preset, Purge, Review, Tag, Warming
from assets.trash import move_to_trash
from tests.assets.admin.browsing import Visit, in_thread, upload
from tests.assets.admin.forms import ADD, change_url
from tests.assets.admin.pages import IMAGES, PRESETS
from tests.assets.images import analysed_collection, image_file, make_asset

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.long]

#: What is cut off, or runs out of the box that it stands in.
_BOXES = ".results, fieldset, textarea, section, .filters, .imagehub-drop, .imagehub-facts"
_CUT_OFF = f"""[...document.querySelectorAll('{_BOXES}')]
    .filter(box => box.scrollWidth > box.clientWidth + 1 || box.getBoundingClientRect().right > innerWidth)
    .map(box => box.outerHTML.slice(0, 80))"""


_SAVES = "[...document.querySelectorAll('input[name=_save]')]"
#: Buttons below a form that are not in sight as a whole, or covered by something.
_OUT_OF_REACH = """[...document.querySelectorAll('.submit-row > :is(input, a)')].filter(button => {
    const box = button.getBoundingClientRect();
    const y = box.top + box.height / 2;
    return [box.left + 8, box.right - 8].some(x => document.elementFromPoint(x, y) !== button);
}).map(button => button.value || button.text)"""

Screen = tuple[int, Literal["light", "dark"]]
#: Pages are loaded for the first screen of a device. Then its window is resized, as when a phone is turned.
DEVICES: dict[str, list[Screen]] = {
    "desktop": [(900, "light"), (1280, "light")],
    "phone": [(320, "light"), (320, "dark"), (390, "dark")],
}
on_each_device = pytest.mark.parametrize("screens", DEVICES.values(), ids=DEVICES)


def show(page: Page, screen: Screen) -> None:
    width, scheme = screen
    page.set_viewport_size({"width": width, "height": 640})
    page.emulate_media(color_scheme=scheme)


def check(page: Page, screens: list[Screen]) -> None:
    """The page, loaded for the first of ``screens``, fits each of them."""
    for screen in screens:
        show(page, screen)
        assert page.evaluate("document.documentElement.scrollWidth") <= screen[0], (page.url, screen)
        assert page.evaluate(_CUT_OFF) == [], (page.url, screen)
    show(page, screens[0])


def rows() -> dict[str, Any]:
    """Rows with long names and texts."""
    asset = make_asset("照片/" + "very-long-name-" * 9 + ".jpg", alt_text="Sand " * 60, title="Beach " * 30)
    ManifestState.choose_fallback(asset.key)
    preset = Preset.objects.create(name="a-preset-" * 5, width=300, height=200, quality=70)
    purge = Purge.objects.create(subject=asset.key, state="failed", error="Storage is unavailable. " * 9)
    bulk = BulkPurge.objects.create(total=20000, done=34, state="failed", error="Storage is unavailable. " * 9)
    failure = {"status": 404, "url": "https://cdn.example/" + "x" * 300, "reason": "no_such_original"}
    collection, tag = analysed_collection("Collection " * 4), Tag.obtain("Tag of many words " * 2)
    asset.collection = collection
    asset.save()
    asset.tags.add(tag, *(Tag.obtain(f"{name} tag") for name in ("one", "another", "a third")))
    warming = Warming.objects.create(keys=[asset.key], total=12000, done=34, state="failed", failures=[failure])
    labels = [{"name": "Drugs & Tobacco Paraphernalia & Use " * 2, "confidence": 93.0, "parent": "Products " * 9}] * 9
    earlier = {"state": "decided", "decision": "withheld", "decided_at": timezone.now(), "why": "No consent. " * 80}
    Review.objects.create(asset=asset, sha256=asset.sha256, **earlier)
    review = Review.objects.create(asset=asset, sha256=asset.sha256, labels=labels, label_names="|x|")
    ours = {"asset": asset, "collection": collection, "tag": tag, "preset": preset, "review": review}
    seen = Analysis(sha256=asset.sha256, analyser="rekognition", state="done", faces=[[1, 2, 3, 4]], calls=4)
    seen.labels = [{"name": f"Label of many words {number}", "confidence": 98.4} for number in range(60)]
    seen.text, seen.model_versions = "LONG" * 200, {"LabelModelVersion": "3.0"}
    seen.reply = {"DetectText": {"TextDetections": [{"DetectedText": "LONG" * 200}] * 20}}
    seen.save()
    return {**ours, "purge": purge, "bulkpurge": bulk, "warming": warming, "analysis": seen}


def trashed() -> Asset:
    asset = make_asset("trash/" + "very-long-name-" * 9 + ".jpg", alt_text="Sand " * 60)
    move_to_trash(asset.pk)
    return asset


def addresses(rows: dict[str, Any]) -> list[str]:
    found = ["/admin/", "/admin/imagehub/", "/gallery/", "/admin/password_change/", ADD, f"{PRESETS}add/"]
    found += ["/admin/imagehub/collection/add/", "/admin/imagehub/tag/add/"]
    found += [f"{IMAGES}trash/", change_url(trashed())]
    for name, row in rows.items():
        views = ["", "?q=nothing", f"{row.pk}/change/", f"{row.pk}/history/"]
        views += [f"{row.pk}/delete/"] if name in ("asset", "collection", "tag", "preset") else []
        found += [f"/admin/imagehub/{name}/{view}" for view in views]
    return found


@on_each_device
def test_every_page_fits_its_screen(visit: Visit, screens: list[Screen]) -> None:
    paths = addresses(rows())

    def work(page: Page) -> None:
        show(page, screens[0])
        for path in paths:
            page.goto(path)
            check(page, screens)

    visit(work)


@on_each_device
def test_pages_that_follow_a_form_fit_too(visit: Visit, screens: list[Screen]) -> None:
    asset = rows()["asset"]

    def change_elsewhere() -> None:
        row = Asset.objects.get(pk=asset.pk)
        row.title, row.focal_x, row.focal_y = "Somebody else's title " * 9, 10, 20
        row.original = ContentFile(image_file("JPEG", (600, 400), "red"), name="x")
        row.save()
        connection.close()

    def work(page: Page) -> None:
        show(page, screens[0])
        for action in ("delete_selected", "purge_selected", "move_selected", "tag_selected"):
            page.goto(IMAGES)
            page.locator("tbody input[type=checkbox]").first.check()
            page.locator("select[name=action]").select_option(action)
            page.get_by_role("button", name="Go", exact=True).click()
            page.wait_for_load_state()
            check(page, screens)
        page.goto(ADD)
        upload(page, image_file("JPEG", (600, 400)), "holiday-" * 25 + ".jpg")
        page.get_by_role("textbox", name="Key").fill(asset.key)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".errorlist")).to_be_visible()
        check(page, screens)
        page.get_by_role("textbox", name="Key").fill("kept.jpg")
        page.get_by_role("button", name="Save", exact=True).click()
        page.goto(change_url(asset))
        page.get_by_label("Title").fill("My title " * 15)
        page.get_by_label("From the left").fill("900")
        page.get_by_label("From the top").fill("900")
        in_thread(change_elsewhere)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Nothing of yours is saved yet")).to_be_visible()
        check(page, screens)
        page.get_by_label("Yours").first.check()

    visit(work)


@on_each_device
def test_pages_of_errors_fit_too(visit: Visit, screens: list[Screen], client: Client) -> None:
    """Served with status 200 here, since a browser logs any other one as an error."""
    pages = [client.get("/nowhere/" + "x" * 300).content]

    def work(page: Page) -> None:
        show(page, screens[0])
        page.route("**/failed/", lambda route: route.fulfill(body=pages[0], content_type="text/html"))
        page.goto("/failed/")
        check(page, screens)
        page.get_by_role("link", name="Images and presets").click()
        expect(page.get_by_role("heading", name="Images and presets")).to_be_visible()

    visit(work)


@pytest.mark.parametrize("screen", [(320, "light"), (390, "dark")], ids=str)
def test_what_saves_a_form_is_within_reach_on_a_phone(visit: Visit, screen: Screen) -> None:
    made = rows()

    def work(page: Page) -> None:
        show(page, screen)
        for path in (ADD, change_url(made["asset"]), f"{PRESETS}add/", f"{PRESETS}{made['preset'].pk}/change/"):
            page.goto(path)
            assert page.evaluate(f"{_SAVES}.length") == 1
            assert "Save" not in page.evaluate(_OUT_OF_REACH), path
            for y in (200, 100_000):
                page.evaluate(f"window.scrollTo(0, {y})")
                assert page.evaluate(_OUT_OF_REACH) == [], (path, y)

    visit(work)


def test_every_list_that_can_be_searched_has_a_label(visit: Visit) -> None:
    rows()

    def work(page: Page) -> None:
        for path, label in ((IMAGES, "titles"), (PRESETS, "Search names"), ("/admin/imagehub/purge/", "Search")):
            page.goto(path)
            expect(page.get_by_label(label)).to_be_editable()
            expect(page.locator("label[for=searchbar]")).to_contain_text(label)

    visit(work)
