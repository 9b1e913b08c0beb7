"""Collections in the admin, and who may have their images looked at."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from assets.models import Analysis, Asset, Collection
from tests.assets.admin.html_forms import fields_of
from tests.assets.admin.pages import IMAGES, editor, page
from tests.assets.images import analysed_collection, make_asset
from tests.assets.job_support import Message

pytestmark = pytest.mark.django_db(transaction=True)

COLLECTIONS = "/admin/imagehub/collection/"


@pytest.fixture
def rekognition(settings: Any) -> None:
    """An analyser that costs money, asked by nobody here."""
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "rekognition", "ANALYSER_REGION": "eu-west-1"}


def change(collection: Collection) -> str:
    return f"{COLLECTIONS}{collection.pk}/change/"


def unseen(collection: Collection, number: int) -> None:
    """Images from before the collection was analysed."""
    rows = [Asset(key=f"{i}.jpg", original="x", sha256=f"{i:064}", collection=collection) for i in range(number)]
    Asset._base_manager.bulk_create(rows)


def text(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def test_the_list_counts_images_and_says_which_are_looked_at(admin_client: Client) -> None:
    press = analysed_collection()
    make_asset("a.jpg", collection=press)
    Collection.objects.create(name="Private")
    html = page(admin_client, COLLECTIONS)
    assert f'<a href="{IMAGES}?collection={press.pk}">1 image</a>' in html
    assert ">looked at<" in html
    assert ">not looked at<" in html
    assert "Private" not in page(admin_client, f"{COLLECTIONS}?analysed__exact=1").partition("<tbody>")[2]


def test_the_list_says_if_the_analyser_has_nothing_to_look_at(admin_client: Client, rekognition: None) -> None:
    assert "No collection is analysed, so no image is looked at." in page(admin_client, COLLECTIONS)
    analysed_collection()
    assert "No collection is analysed" not in page(admin_client, COLLECTIONS)


def test_switching_it_on_looks_at_nothing_and_offers_the_price(
    admin_client: Client, rekognition: None, sent: list[Message]
) -> None:
    press = Collection.objects.create(name="Press")
    unseen(press, 3)
    form = fields_of(page(admin_client, change(press)), "collection_form")
    response = admin_client.post(change(press), {**form, "analysed": "on"}, follow=True)
    assert "Those in it already are not" in response.content.decode()
    assert (sent, Analysis.objects.count()) == ([], 0)
    told = text(page(admin_client, change(press)))
    assert "3 files have not been looked at. At most 12 calls, about 0.01 USD." in told
    form = fields_of(page(admin_client, change(press)), "imagehub-look")
    response = admin_client.post(f"{COLLECTIONS}{press.pk}/look/", form, follow=True)
    assert "3 files will be looked at." in response.content.decode()
    assert [message.task for message in sent] == ["assets.tasks.run_analysis"] * 3
    assert "has been looked at, or is about to be" in text(page(admin_client, change(press)))


def test_more_than_the_page_said_is_not_looked_at(admin_client: Client, rekognition: None, sent: list[Message]) -> None:
    press = analysed_collection()
    unseen(press, 3)
    for expected in ("2", "", "-1", "three", "9" * 400):
        response = admin_client.post(f"{COLLECTIONS}{press.pk}/look/", {"expected": expected}, follow=True)
        assert ("There is more to look at now" in response.content.decode()) == (len(expected) < 400)
    assert len(sent) == 3


def test_what_costs_nothing_says_so(admin_client: Client, settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "faces"}
    press = analysed_collection()
    unseen(press, 1)
    assert "1 file has not been looked at. Looking at them costs nothing but time." in text(
        page(admin_client, change(press))
    )


def test_without_an_analyser_the_page_says_so(admin_client: Client) -> None:
    assert "No analyser is chosen in the settings" in page(admin_client, change(analysed_collection()))


def test_the_right_to_have_images_looked_at_is_one_of_its_own(
    client: Client, rekognition: None, sent: list[Message]
) -> None:
    press, private = analysed_collection(), Collection.objects.create(name="Private")
    unseen(press, 2)
    ed = editor(client, "change_collection", "view_collection")
    html = page(ed, change(private))
    assert 'name="analysed"' not in html
    ed.post(change(private), {"name": "Renamed", "analysed": "on"})
    private.refresh_from_db()
    assert (private.name, private.analysed) == ("Renamed", False)
    assert "Your account may not have them looked at." in page(ed, change(press))
    assert ed.post(f"{COLLECTIONS}{press.pk}/look/", {"expected": "2"}).status_code == 403
    assert ed.get(f"{COLLECTIONS}{press.pk}/look/").status_code == 405
    assert ed.post(f"{COLLECTIONS}999/look/", {"expected": "2"}).status_code == 404
    assert sent == []


def test_a_lookers_request_needs_the_right_to_see_the_collection(client: Client, rekognition: None) -> None:
    press = analysed_collection()
    assert editor(client, "analyse_collection").post(f"{COLLECTIONS}{press.pk}/look/").status_code == 403


def test_deleting_a_collection_says_what_happens_to_its_images(admin_client: Client) -> None:
    press = analysed_collection()
    make_asset(collection=press)
    answers = [
        page(admin_client, f"{COLLECTIONS}{press.pk}/delete/"),
        admin_client.post(COLLECTIONS, {"action": "delete_selected", "_selected_action": [press.pk]}).content.decode(),
    ]
    for html in answers:
        assert "No image is deleted, and no URL changes" in text(html)
        assert "Images: 1 , kept, but without the collection" in text(html)
        assert "not looked at any more" in text(html)
    admin_client.post(f"{COLLECTIONS}{press.pk}/delete/", {"post": "yes"})
    assert Asset.objects.get().collection is None


def test_switching_it_off_says_what_stays(admin_client: Client) -> None:
    press = analysed_collection()
    form = fields_of(page(admin_client, change(press)), "collection_form")
    form.pop("analysed")
    response = admin_client.post(change(press), form, follow=True)
    assert "are not looked at any more. What was seen stays." in response.content.decode()
