"""Boxes, proposals and drafts in a real browser: with the keyboard, and without losing what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from playwright.sync_api import Page, expect

from assets.models import Analysis, Asset, Tag
from tests.assets.admin.browsing import Visit, in_thread, upload
from tests.assets.admin.forms import change_url
from tests.assets.admin.looks import looked
from tests.assets.images import analysed_collection, image_file, make_asset
from tests.assets.job_support import Message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOXES, IMAGE = "[data-seen-part=boxes]", "[data-preview-image]"


@pytest.fixture
def asset(settings: Any, sent: list[Message]) -> Asset:
    """An image of the size that the browser's CDN serves."""
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "rekognition", "ANALYSER_REGION": "eu-west-1"}
    made = make_asset(body=image_file(size=(600, 400)), collection=analysed_collection())
    looked(made)
    return made


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def check_places(page: Page) -> None:
    """The drawing covers the picture, and the first face is where its box says."""
    page.wait_for_function("document.querySelector('[data-preview-image]').complete")
    page.wait_for_timeout(100)
    drawn, picture = page.locator(BOXES).bounding_box(), page.locator(IMAGE).bounding_box()
    face = page.locator(f"{BOXES} .imagehub-face rect").first.bounding_box()
    assert drawn
    assert picture
    assert face
    for name in ("x", "y", "width", "height"):
        assert drawn[name] == pytest.approx(picture[name], abs=2)
    assert face["x"] == pytest.approx(picture["x"] + picture["width"] * 0.1, abs=6)
    assert face["width"] == pytest.approx(picture["width"] * 0.2, abs=10)


@pytest.mark.parametrize("width", [1280, 390])
def test_boxes_lie_on_the_picture_at_any_size_and_can_be_hidden(visit: Visit, asset: Asset, width: int) -> None:
    def work(page: Page) -> None:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(change_url(asset))
        expect(page.locator(BOXES)).to_be_visible()
        check_places(page)
        page.set_viewport_size({"width": width - 60, "height": 500})
        check_places(page)
        expect(page.get_by_role("img", name="2 faces, the largest at the left; Dog")).to_be_visible()
        toggle = page.get_by_role("button", name="Show boxes")
        expect(toggle).to_have_attribute("aria-pressed", "true")
        toggle.press("Enter")
        expect(page.locator(BOXES)).to_be_hidden()
        expect(toggle).to_have_attribute("aria-pressed", "false")

    visit(work)


def test_the_proposed_focal_point_is_taken_with_one_key_and_moved_with_others(visit: Visit, asset: Asset) -> None:
    def work(page: Page) -> None:
        page.goto(change_url(asset))
        expect(page.locator("[data-focal-mark]")).to_be_hidden()
        expect(page.get_by_label("From the left")).to_have_value("")
        button = page.get_by_role("button", name="Focal point on the faces")
        button.press("Enter")
        expect(page.get_by_label("From the left")).to_have_value("330")
        expect(page.locator("[data-focal-mark]")).to_be_visible()
        expect(page.locator("[data-stage]")).to_be_focused()
        expect(page.get_by_role("status").filter(has_text="on the faces")).to_be_attached()
        expect(button).to_be_hidden()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_label("From the left")).to_have_value("340")
        expect(button).to_be_visible()
        page.get_by_label("Decorative").check()
        save(page)

    visit(work)
    assert Asset.objects.get().focal == (340, 455)


def test_tags_are_accepted_and_dismissed_with_the_keyboard_alone(visit: Visit, asset: Asset) -> None:
    def work(page: Page) -> None:
        page.goto(change_url(asset))
        page.get_by_role("combobox", name="Tags").fill("sea")
        for key in ("Tab", "Space", "Tab", "Space"):  # the first one is accepted, then dismissed
            page.keyboard.press(key)
        expect(page.get_by_label("Dismiss Person")).to_be_checked()
        expect(page.get_by_role("checkbox", name="Person", exact=True)).not_to_be_checked()
        for key in ("Tab", "Space"):
            page.keyboard.press(key)
        expect(page.get_by_role("checkbox", name="Beach", exact=True)).to_be_checked()
        page.get_by_label("Decorative").check()
        page.get_by_label("Title").press("Enter")
        expect(page.get_by_text("was changed successfully")).to_be_visible()

    visit(work)
    row = Asset.objects.get()
    assert ([str(tag) for tag in row.tags.all()], row.dismissed_tags) == (["Beach", "sea"], ["person"])


def test_all_proposals_are_accepted_at_once_and_saved_with_the_form(visit: Visit, asset: Asset) -> None:
    def work(page: Page) -> None:
        page.goto(change_url(asset))
        page.get_by_label("Title").fill("Not lost")
        page.get_by_role("button", name="Accept all").press("Enter")
        expect(page.get_by_role("status").filter(has_text="4 tags are added when you save")).to_be_attached()
        page.get_by_label("Decorative").check()
        save(page)

    visit(work)
    row = Asset.objects.get()
    assert (row.title, [str(tag) for tag in row.tags.all()]) == ("Not lost", ["Animal", "Beach", "Dog", "Person"])


def test_a_draft_is_taken_into_the_field_edited_and_undone_and_never_saved_by_itself(
    visit: Visit, asset: Asset
) -> None:
    draft = "Two people with a dog on a beach. Text: OPEN DAILY"

    def work(page: Page) -> None:
        page.goto(change_url(asset))
        page.get_by_label("Title").fill("Beach")
        save(page)
        page.goto(change_url(asset))
        field = page.get_by_label("Alternative text")
        expect(field).to_have_value("")
        field.fill("Mine")
        page.get_by_role("button", name="Use this draft").press("Enter")
        expect(field).to_have_value(draft)
        expect(field).to_be_focused()
        page.keyboard.press("Control+z")
        expect(field).to_have_value("Mine")
        page.get_by_role("button", name="Use this draft").click()
        page.keyboard.press("End")
        page.keyboard.type("!")
        save(page)
        page.goto(change_url(asset))
        expect(page.get_by_role("button", name="Use this draft")).to_have_count(0)

    visit(work)
    assert Asset.objects.get().alt_text == f"{draft}!"


def test_a_look_that_waits_fills_the_page_when_it_is_done_and_keeps_what_was_typed(visit: Visit, asset: Asset) -> None:
    Analysis.objects.all().delete()

    def finish() -> None:
        looked(asset)
        connection.close()

    def work(page: Page) -> None:
        page.goto(change_url(asset))
        page.get_by_label("Title").fill("Typed meanwhile")
        page.get_by_role("combobox", name="Tags").fill("sea")
        expect(page.locator(BOXES)).to_be_hidden()
        page.get_by_role("button", name="Look at it now").press("Enter")
        expect(page.locator("[data-seen-state]")).to_have_text("Waiting to be looked at.")
        in_thread(finish)
        expect(page.locator("[data-seen-state]")).to_contain_text("Looked at on", timeout=15_000)
        expect(page.get_by_role("status").filter(has_text="Looked at on")).to_be_attached()
        expect(page.locator(BOXES)).to_be_visible()
        check_places(page)
        expect(page.get_by_label("Title")).to_have_value("Typed meanwhile")
        page.get_by_role("checkbox", name="Dog", exact=True).check()
        page.get_by_role("button", name="Use this draft").click()
        save(page)

    visit(work)
    row = Asset.objects.get()
    assert (row.title, [str(tag) for tag in row.tags.all()]) == ("Typed meanwhile", ["Dog", "sea"])
    assert row.alt_text.startswith("Two people")


def test_boxes_and_the_focal_point_of_the_saved_file_are_not_shown_on_another_one(visit: Visit, asset: Asset) -> None:
    def work(page: Page) -> None:
        page.goto(change_url(asset))
        expect(page.locator(BOXES)).to_be_visible()
        upload(page, image_file("JPEG", (400, 400)), "new.jpg")
        expect(page.locator(BOXES)).to_be_hidden()
        for name in ("Show boxes", "Focal point on the faces"):
            expect(page.get_by_role("button", name=name)).to_be_hidden()
        page.get_by_label("Decorative").check()
        save(page)

    visit(work)


def test_without_a_script_the_form_does_the_same(
    in_browser: Any, live_server: Any, admin_client: Any, asset: Asset
) -> None:
    session = admin_client.cookies["sessionid"].value

    def work(browser: Any) -> None:
        with browser.new_context(base_url=live_server.url, java_script_enabled=False) as context:
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
            context.route("https://cdn.example/**", lambda route: route.abort())
            page = context.new_page()
            page.goto(change_url(asset))
            for name in ("Use this draft", "Accept all", "Show boxes"):
                expect(page.get_by_role("button", name=name)).to_be_hidden()
            page.get_by_role("checkbox", name="Dog", exact=True).check()
            page.get_by_label("Decorative").check()
            save(page)

    in_browser(work)
    assert [str(tag) for tag in Asset.objects.get().tags.all()] == ["Dog"]


def test_tags_that_exist_are_suggested_for_the_last_word(visit: Visit, asset: Asset) -> None:
    Tag.obtain("Beach")

    def work(page: Page) -> None:
        page.goto(change_url(asset))
        field = page.get_by_role("combobox", name="Tags")
        field.press_sequentially("sea, BEA")
        options = page.locator("#imagehub-tag-suggestions option")
        expect(options).to_have_attribute("value", "sea, Beach")
        field.fill("sea, Beach, x")
        expect(options).to_have_count(0)
        page.get_by_label("Decorative").check()
        save(page)

    visit(work)
    assert [str(tag) for tag in Asset.objects.get().tags.all()] == ["Beach", "sea", "x"]


def test_a_session_that_has_ended_loses_nothing_when_a_look_is_asked_for(visit: Visit, asset: Asset) -> None:
    Analysis.objects.all().delete()

    def end_sessions() -> None:
        Session.objects.all().delete()
        connection.close()

    def work(page: Page) -> None:
        page.goto(change_url(asset))
        page.get_by_label("Title").fill("Typed")
        in_thread(end_sessions)
        button = page.get_by_role("button", name="Look at it now")
        button.click()
        expect(page.locator("[data-seen-state]")).to_contain_text("Your session has ended")
        expect(button).to_be_enabled()
        expect(page.get_by_label("Title")).to_have_value("Typed")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()

    visit(work)
    assert not Analysis.objects.exists()
