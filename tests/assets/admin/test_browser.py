"""The image form in a real browser: the preview, the focal point, and no error in the console."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from playwright.sync_api import Dialog, FilePayload, Page, expect

from assets.models import Asset, Preset
from tests.assets.admin.browsing import Visit, in_thread, upload
from tests.assets.admin.forms import change_url
from tests.assets.images import image_file, make_asset

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADD = "/admin/imagehub/asset/add/"


def _click_at(page: Page, x: float, y: float) -> None:
    box = page.locator("[data-preview-image]").bounding_box()
    assert box
    page.locator("[data-preview-image]").click(position={"x": box["width"] * x, "y": box["height"] * y})


def test_a_file_is_seen_and_pointed_at_before_it_is_sent(visit: Visit) -> None:
    def work(page: Page) -> None:
        page.goto(ADD)
        expect(page.locator("[data-preview]")).to_be_hidden()
        upload(page, image_file("JPEG", (600, 400)), "beach.jpg")
        expect(page.locator("[data-preview-caption]")).to_have_text("beach.jpg, not saved yet")
        page.wait_for_function("document.querySelector('[data-preview-image]').naturalWidth === 600")
        _click_at(page, 0.25, 0.5)
        expect(page.locator("[data-focal-mark]")).to_be_visible()
        page.locator("[data-stage]").press("ArrowDown")
        page.get_by_label("Decorative").check()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("was added successfully")).to_be_visible()

    visit(work)
    asset = Asset.objects.get()
    assert asset.key == "beach.jpg"
    assert asset.focal_x == pytest.approx(250, abs=3)
    assert asset.focal_y == pytest.approx(510, abs=3)


def test_the_focal_mark_stands_where_the_numbers_say(visit: Visit) -> None:
    asset = make_asset(focal_x=1000, focal_y=0)

    def work(page: Page) -> None:
        page.goto(change_url(asset))
        image, mark = page.locator("[data-preview-image]"), page.locator("[data-focal-mark]")
        expect(mark).to_be_visible()
        page.wait_for_function("document.querySelector('[data-preview-image]').complete")
        where, whole = mark.bounding_box(), image.bounding_box()
        assert where
        assert whole
        assert where["x"] + where["width"] / 2 == pytest.approx(whole["x"] + whole["width"], abs=2)
        assert where["y"] + where["height"] / 2 == pytest.approx(whole["y"], abs=2)

    visit(work)


def test_an_image_is_uploaded_and_its_focal_point_set_with_the_keyboard_alone(visit: Visit) -> None:
    file: FilePayload = {"name": "beach.jpg", "mimeType": "image/jpeg", "buffer": image_file("JPEG", (600, 400))}

    def work(page: Page) -> None:
        page.on("filechooser", lambda chooser: chooser.set_files(file))
        page.goto(ADD)
        expect(page.locator("input[type=file]")).to_be_focused()
        page.keyboard.press("Space")
        expect(page.locator("[data-file-name]")).to_contain_text("beach.jpg")
        page.locator("[data-stage]").focus()
        for key in ("ArrowRight", "Shift+ArrowUp"):
            page.keyboard.press(key)
        page.get_by_label("Title").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("was added successfully")).to_be_visible()

    visit(work)
    assert Asset.objects.values_list("key", "focal_x", "focal_y").get() == ("beach.jpg", 510, 400)


def test_who_mends_another_field_need_not_choose_the_file_again(visit: Visit) -> None:
    make_asset("taken.jpg", alt_text="Sand")

    def work(page: Page) -> None:
        page.goto(ADD)
        upload(page, image_file("JPEG", (600, 400)), "beach.jpg")
        page.get_by_role("textbox", name="Key").fill("taken.jpg")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".field-key .errorlist")).to_contain_text("An image with this key already exists")
        expect(page.locator("[data-file-name]")).to_have_text("beach.jpg is kept; you need not choose it again")
        page.wait_for_function("document.querySelector('[data-preview-image]').naturalWidth === 600")
        page.get_by_role("textbox", name="Key").fill("")
        page.get_by_label("Decorative").check()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("was added successfully")).to_be_visible()

    visit(work)
    assert Asset.objects.filter(key="beach.jpg").exists()


def test_a_photo_that_the_browser_cannot_show_is_taken_all_the_same(visit: Visit) -> None:
    photo = (Path(__file__).parents[1] / "files" / "plain.heic").read_bytes()

    def work(page: Page) -> None:
        page.goto(ADD)
        upload(page, photo, "IMG_1234.HEIC")
        caption = page.locator("[data-preview-caption]")
        expect(caption).to_have_text(
            "IMG_1234.HEIC: this browser cannot preview the file. The image appears here once it is saved."
        )
        expect(page.locator("[data-preview-image]")).to_be_hidden()
        upload(page, image_file("JPEG", (600, 400)), "beach.jpg")
        expect(page.locator("[data-preview-image]")).to_be_visible()
        upload(page, photo, "IMG_1234.HEIC")
        expect(page.locator("[data-preview-image]")).to_be_hidden()
        page.get_by_label("Decorative").check()
        page.get_by_role("button", name="Save and continue editing").click()
        expect(
            page.get_by_text("IMG_1234.HEIC was converted to JPEG without visible loss and saved as IMG_1234.jpg.")
        ).to_be_visible()

    visit(work)
    assert Asset.objects.get().key == "IMG_1234.jpg"


def test_the_fallback_image_is_chosen_and_given_up_with_one_box(visit: Visit) -> None:
    asset = make_asset(alt_text="A beach")

    def work(page: Page) -> None:
        box = page.get_by_label("Show this image where another one is missing or damaged")
        for tick, told in ((True, "The fallback is currently photos/beach.jpg."), (False, "There is no fallback yet.")):
            page.goto(change_url(asset))
            box.set_checked(tick)
            page.get_by_role("button", name="Save", exact=True).click()
            page.goto(change_url(asset))
            expect(page.get_by_text(told)).to_be_visible()
            expect(box).to_be_checked(checked=tick)

    visit(work)


def _refuse(asked: list[str], dialog: Dialog) -> None:
    asked.append(dialog.type)
    dialog.dismiss()


def test_leaving_with_unsaved_changes_asks_first(visit: Visit) -> None:
    asset, preset = make_asset(alt_text="Sand"), Preset.objects.create(name="card", width=300)

    def work(page: Page) -> None:
        asked: list[str] = []

        page.on("dialog", partial(_refuse, asked))
        for path, label in ((change_url(asset), "Title"), (f"/admin/imagehub/preset/{preset.pk}/change/", "Quality")):
            page.goto(path)
            page.get_by_label(label).fill("7")
            page.get_by_role("link", name="Home").click()
            page.wait_for_timeout(300)
            assert asked == ["beforeunload"]
            assert page.url.endswith(path)
            expect(page.get_by_label(label)).to_have_value("7")
            page.get_by_role("button", name="Save", exact=True).click()
            expect(page.get_by_text("was changed successfully")).to_be_visible()
            page.goto(path)
            page.get_by_role("link", name="Home").click()
            expect(page.get_by_role("heading", name="Images and presets")).to_be_visible()
            assert asked == ["beforeunload"]
            asked.clear()

    visit(work)


def test_a_focal_point_set_by_a_click_is_unsaved_too(visit: Visit) -> None:
    asset = make_asset(alt_text="Sand")

    def work(page: Page) -> None:
        asked: list[str] = []
        page.on("dialog", partial(_refuse, asked))
        page.goto(change_url(asset))
        _click_at(page, 0.5, 0.5)
        expect(page.locator("[data-focal-mark]")).to_be_visible()
        page.get_by_role("link", name="Home").click()
        page.wait_for_timeout(300)
        assert asked == ["beforeunload"]

    visit(work)


def test_a_file_with_a_name_of_255_emoji_is_saved(visit: Visit) -> None:
    def work(page: Page) -> None:
        page.goto(ADD)
        upload(page, image_file("JPEG", (600, 400)), "😀" * 251 + ".jpg")
        page.get_by_label("Decorative").check()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("was added successfully")).to_be_visible()

    visit(work)
    assert Asset.objects.get().key == "😀" * 62 + ".jpg"


def test_a_conflict_is_settled_with_the_keyboard_alone(visit: Visit) -> None:
    asset = make_asset(title="Beach", alt_text="Sand")

    def change_elsewhere() -> None:
        Asset.objects.update(title="Theirs")
        connection.close()

    def work(page: Page) -> None:
        page.goto(change_url(asset))
        page.get_by_label("Title").fill("Mine")
        in_thread(change_elsewhere)
        page.get_by_label("Title").press("Enter")
        expect(page.get_by_role("group", name="Title")).to_be_visible()
        page.get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        expect(page.get_by_label("Yours")).to_be_checked()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_label("Somebody")).to_be_checked()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Save what I chose")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_text("was changed successfully")).to_be_visible()

    visit(work)
    assert Asset.objects.get().title == "Mine"


def test_a_login_brings_the_form_back_with_its_file(visit: Visit, admin_user: Any) -> None:
    admin_user.set_password("correct-horse-battery")
    admin_user.save()

    def end_sessions() -> None:
        Session.objects.all().delete()
        connection.close()

    def work(page: Page) -> None:
        page.goto("/admin/")
        in_thread(end_sessions)
        log_in(page)
        page.goto(ADD)
        upload(page, image_file("JPEG", (600, 400)), "beach.jpg")
        page.get_by_label("Alternative text").fill("Sand")
        in_thread(end_sessions)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Your session has ended.")).to_be_visible()
        log_in(page)
        expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
        expect(page.get_by_label("Alternative text")).to_have_value("Sand")
        page.wait_for_function("document.querySelector('[data-preview-image]').naturalWidth === 600")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("was added successfully")).to_be_visible()

    def log_in(page: Page) -> None:
        if "/login/" not in page.url:
            page.goto("/admin/login/")
        page.get_by_label("Username").fill(admin_user.username)
        page.get_by_label("Password").fill("correct-horse-battery")
        page.get_by_role("button", name="Log in").click()
        page.wait_for_load_state()

    visit(work)
    assert Asset.objects.get().key == "beach.jpg"
