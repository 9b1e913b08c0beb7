"""Deciding in the admin: who may, what is saved and logged, and what happens to a decision that comes too late."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.test import Client

from assets.models import Asset, Review
from assets.reviews import decide, latest_review, mark
from assets.trash import move_to_trash
from tests.assets.admin.html_forms import fields_of
from tests.assets.admin.pages import editor, page, queries
from tests.assets.images import image_file, make_asset
from tests.assets.review_support import decisions, flagged, turn_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent")]

REVIEWS = "/admin/imagehub/review/"
QUEUE = f"{REVIEWS}queue/"


@pytest.fixture(autouse=True)
def _rekognition(settings: Any) -> None:
    turn_on(settings)


@pytest.fixture
def reviewer(client: Client) -> Client:
    """Who may review and nothing else."""
    return editor(client, "review_asset")


def url(asset: Asset, view: str = "") -> str:
    return f"{REVIEWS}image/{asset.pk}/{view}"


def form(client: Client, asset: Asset) -> dict[str, Any]:
    found = fields_of(page(client, url(asset)))
    assert set(found) == {"seen", "why"}
    return found


def post(client: Client, asset: Asset, decision: str, **fields: Any) -> Any:
    return client.post(url(asset, "decide/"), {**form(client, asset), "decision": decision, **fields})


def several(count: int) -> list[Asset]:
    return [flagged(f"{number}.jpg", image_file(size=(60 + number, 40))) for number in range(count)]


def test_the_queue_leads_from_one_flagged_image_to_the_next(reviewer: Client) -> None:
    first, second = several(2)
    assert reviewer.get(QUEUE).headers["Location"] == url(first)
    html = page(reviewer, url(first))
    assert "1 of 2 waiting" in html
    assert "very likely, 93 %" in html
    answer = post(reviewer, first, "withheld", why="Shows a fight.")
    assert answer.headers["Location"] == f"{url(second)}?decided={latest_review(first).pk}"  # type: ignore[union-attr]
    assert "0.jpg was withheld." in page(reviewer, answer.headers["Location"])
    answer = post(reviewer, second, "approved")
    assert answer.headers["Location"].startswith(f"{QUEUE}?decided=")
    html = page(reviewer, answer.headers["Location"])
    assert "No flagged image waits for a review." in html
    assert "1.jpg was approved." in html
    assert (decisions(first), decisions(second)) == (["withheld"], ["approved"])


def test_who_when_and_why_are_kept_and_logged(reviewer: Client) -> None:
    asset = flagged()
    post(reviewer, asset, "blurred", why=" A fight,\nin a play.\0 ")
    row = Review.objects.select_related("decided_by").get()
    assert (str(row.decided_by), row.why) == ("editor", "A fight,\nin a play.")
    entry = LogEntry.objects.get()
    assert (entry.object_id, str(entry.user)) == (str(asset.pk), "editor")
    assert entry.change_message == "Reviewed: blurred. Reason: A fight,\nin a play."


def test_the_clear_picture_is_not_on_the_page_until_it_is_asked_for(reviewer: Client) -> None:
    asset = flagged()
    html = page(reviewer, url(asset))
    assert f'src="{url(asset, "picture/")}"' in html
    assert "https://cdn.example" not in html.partition("data-review")[2]
    assert f'src="{url(asset, "picture/")}?clear=1"' in page(reviewer, f"{url(asset)}?show=1")


def test_only_reviewers_see_the_pages_and_the_picture(client: Client) -> None:
    asset = flagged()
    review = Review.objects.get()
    pages = [REVIEWS, QUEUE, url(asset), url(asset, "picture/"), f"{REVIEWS}{review.pk}/change/"]
    posts = [url(asset, "decide/"), f"{REVIEWS}{review.pk}/undo/"]
    for path in [*pages, *posts]:
        answer = client.post(path) if path in posts else client.get(path)
        assert (answer.status_code, "/login/" in answer.headers["Location"]) == (302, True)
    editor(client, "view_asset", "change_asset", "delete_asset")
    for path in pages:
        assert client.get(path).status_code in (403, 404), path
    for path in posts:
        assert client.post(path, {"decision": "approved"}).status_code == 403
    assert decisions(asset) == ["open"]
    assert REVIEWS not in page(client, "/admin/")


def test_a_reviewer_needs_no_other_right_and_is_offered_none(reviewer: Client) -> None:
    asset = flagged()
    assert f'href="{REVIEWS}"' in page(reviewer, "/admin/")
    post(reviewer, asset, "approved")
    assert reviewer.get(f"/admin/imagehub/asset/{asset.pk}/change/").status_code == 403
    assert reviewer.get(f"{REVIEWS}add/").status_code == 403


@pytest.mark.parametrize("view", ["decide/", "undo"])
def test_nothing_is_decided_by_a_link(reviewer: Client, view: str) -> None:
    asset = flagged()
    path = f"{REVIEWS}{Review.objects.get().pk}/undo/" if view == "undo" else url(asset, view)
    assert reviewer.get(path, {"decision": "approved", "seen": ""}).status_code == 405
    assert decisions(asset) == ["open"]


def test_a_form_of_another_site_decides_nothing(reviewer: Client) -> None:
    asset = flagged()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = reviewer.cookies
    assert strict.post(url(asset, "decide/"), {"decision": "approved"}).status_code == 403
    assert decisions(asset) == ["open"]


@pytest.mark.parametrize("decision", ["", "shown", "replaced", "<b>"])
def test_what_is_no_decision_is_refused_and_the_reason_stays(reviewer: Client, decision: str) -> None:
    asset = flagged()
    html = post(reviewer, asset, decision, why="A <b>play</b>.").content.decode()
    assert "Choose what visitors should see." in html
    assert "A &lt;b&gt;play&lt;/b&gt;." in html
    assert decisions(asset) == ["open"]


def test_a_form_that_is_sent_twice_decides_once_and_goes_on(reviewer: Client) -> None:
    first = several(2)[0]
    sent = {**form(reviewer, first), "decision": "withheld", "why": "A fight."}
    answers = [reviewer.post(url(first, "decide/"), sent) for _ in range(2)]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert decisions(first) == ["withheld"]
    assert LogEntry.objects.count() == 1


def test_the_second_of_two_reviewers_sees_what_the_first_decided_and_keeps_the_reason(reviewer: Client) -> None:
    asset = flagged()
    mine = form(reviewer, asset)
    mary = get_user_model().objects.create_user("mary")
    decide(asset.pk, "withheld", user_id=mary.pk, why="Blood.")
    html = reviewer.post(url(asset, "decide/"), {**mine, "decision": "approved", "why": "A play."}).content.decode()
    assert "mary withheld this image" in html
    assert "“Blood.”" in html
    assert "Your decision, “Approve”, was not saved." in html
    assert decisions(asset) == ["withheld"]
    again = {**fields_of(html), "decision": "approved"}
    assert again["why"] == "A play."
    reviewer.post(url(asset, "decide/"), again)
    assert decisions(asset) == ["withheld", "approved"]


@pytest.mark.parametrize("change", ["file", "trash"])
def test_a_decision_about_another_picture_is_not_saved(reviewer: Client, change: str) -> None:
    asset = flagged()
    mine = form(reviewer, asset)
    if change == "trash":
        move_to_trash(asset.pk)
    else:
        Asset._base_manager.filter(pk=asset.pk).update(sha256="0" * 64)
    html = reviewer.post(url(asset, "decide/"), {**mine, "decision": "approved"}).content.decode()
    told = "Somebody moved this image to the trash." if change == "trash" else "The file of this image was replaced."
    assert told in html
    assert "approved" not in decisions(asset)


def test_a_form_without_what_was_seen_decides_nothing(reviewer: Client) -> None:
    asset = flagged()
    assert "was not saved" in reviewer.post(url(asset, "decide/"), {"decision": "approved"}).content.decode()
    assert decisions(asset) == ["open"]


def test_a_deleted_image_is_said_to_be_deleted(reviewer: Client) -> None:
    asset = flagged()
    mine = form(reviewer, asset)
    Asset.objects.get().delete()
    answer = reviewer.post(url(asset, "decide/"), {**mine, "decision": "approved"}, follow=True)
    assert "The image was deleted. Nothing was decided." in answer.content.decode()
    for view in ("", "picture/"):
        assert reviewer.get(url(asset, view)).status_code == 404


def test_a_decision_by_hand_needs_a_reason_to_hide_an_image(admin_client: Client) -> None:
    asset = make_asset()
    for decision in ("withheld", "trashed"):
        html = post(admin_client, asset, decision, why="  ").content.decode()
        assert "Say why: no label gives a reason." in html
    assert decisions(asset) == []
    answer = post(admin_client, asset, "withheld", why="The model has withdrawn consent.")
    assert answer.headers["Location"] == f"/admin/imagehub/asset/{asset.pk}/change/"
    asset.refresh_from_db()
    assert (asset.verdict, decisions(asset)) == ("withheld", ["withheld"])
    post(admin_client, asset, "approved")
    assert decisions(asset) == ["withheld", "approved"]


def test_the_last_decision_can_be_taken_back(reviewer: Client) -> None:
    first = several(2)[0]
    answer = post(reviewer, first, "trashed")
    undo = f"{REVIEWS}{Review.objects.get(asset=first).pk}/undo/"
    assert f'action="{undo}"' in page(reviewer, answer.headers["Location"])
    answer = reviewer.post(undo, follow=True)
    assert answer.redirect_chain[-1][0] == url(first)
    assert "Undone: 0.jpg. Visitors see this image blurred." in answer.content.decode()
    first.refresh_from_db()
    assert (first.is_trashed, decisions(first)) == (False, ["open"])
    again = reviewer.post(undo, follow=True).content.decode()
    assert "Nothing was undone." in again
    assert "There is nothing to undo." in reviewer.post(f"{REVIEWS}4711/undo/", follow=True).content.decode()


def test_only_ones_own_decision_is_offered_to_undo(reviewer: Client, admin_client: Client) -> None:
    asset = flagged()
    review = decide(asset.pk, "withheld", user_id=get_user_model().objects.get(username="admin").pk)
    address = f"{url(asset)}?decided={review.pk}"
    assert "/undo/" in page(admin_client, address)
    assert "/undo/" not in page(reviewer, address)
    for nonsense in ("", "x", "-1", "9" * 40, "²"):
        assert "/undo/" not in page(admin_client, f"{url(asset)}?decided={nonsense}")


def test_an_image_in_the_trash_is_restored_before_it_is_decided_about(reviewer: Client) -> None:
    asset = flagged()
    move_to_trash(asset.pk)
    html = page(reviewer, url(asset))
    assert "Restore it first" in html
    assert 'name="decision"' not in html


def test_the_list_names_images_labels_and_deciders(reviewer: Client) -> None:
    asset = flagged("beach.jpg", title="Beach <b>")
    html = page(reviewer, REVIEWS)
    assert "Review 1 waiting image" in html
    assert "Beach &lt;b&gt;" in html
    assert "Graphic Violence (very likely, 93 %), Violence (very likely, 93 %) and 1 more" in html
    review = latest_review(asset)
    assert review is not None
    assert reviewer.get(f"{REVIEWS}{review.pk}/change/").headers["Location"] == url(asset)
    post(reviewer, asset, "withheld", why="A fight.")
    html = page(reviewer, REVIEWS)
    assert "by editor" in html
    assert "A fight." in html
    assert reviewer.get(f"{REVIEWS}4711/change/").status_code == 404


def test_a_long_list_and_a_long_queue_cost_no_query_for_each(reviewer: Client) -> None:
    first = several(2)[0]
    before = [queries(reviewer, path) for path in (REVIEWS, url(first))]
    for number in range(10, 16):
        flagged(f"{number}.jpg", image_file(size=(60 + number, 40)))
    assert [queries(reviewer, path) for path in (REVIEWS, url(first))] == before


def test_every_text_is_escaped(reviewer: Client) -> None:
    asset = flagged(title="<i>Beach</i>")
    post(reviewer, asset, "withheld", why="<script>alert(1)</script>")
    for path in (url(asset), REVIEWS, f"{url(asset)}?decided={Review.objects.get().pk}"):
        html = page(reviewer, path)
        assert "<script>alert" not in html
        assert "<i>Beach" not in html


def test_the_mark_of_a_page_is_that_of_the_image(reviewer: Client) -> None:
    asset = flagged()
    assert form(reviewer, asset)["seen"] == mark(asset, latest_review(asset))
