"""Selected images moved to a collection, or tagged."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from assets.models import Analysis, Asset, Collection, Tag
from tests.assets.admin.html_forms import fields_of
from tests.assets.admin.pages import IMAGES, editor
from tests.assets.images import analysed_collection
from tests.assets.job_support import Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def images() -> list[int]:
    rows = [Asset(key=f"{number}.jpg", original="x", sha256=f"{number:064}") for number in range(3)]
    return [row.pk for row in Asset._base_manager.bulk_create(rows)]


def act(client: Client, action: str, ids: list[int], **fields: Any) -> Any:
    return client.post(IMAGES, {"action": action, "_selected_action": ids, **fields}, follow=True)


def send(client: Client, response: Any, **fields: Any) -> Any:
    """The form of the page that asks, filled in."""
    html = response.content.decode()
    chosen = re.findall(r'name="_selected_action" value="(\d+)"', html)
    return client.post(IMAGES, {**fields_of(html), "_selected_action": chosen, **fields}, follow=True)


def test_a_move_asks_where_to(admin_client: Client, images: list[int]) -> None:
    private = Collection.objects.create(name="Private")
    asked = act(admin_client, "move_selected", images[:1])
    assert "Move 1 image" in asked.content.decode()
    assert not Asset.objects.exclude(collection=None).exists()
    done = send(admin_client, asked, collection=private.pk)
    assert "1 image moved to Private." in done.content.decode()
    assert Asset.objects.get(pk=images[0]).collection == private
    assert LogEntry.objects.get().get_change_message() == "Moved to Private."
    done = send(admin_client, act(admin_client, "move_selected", images[:1]), collection="")
    assert "1 image taken out of their collections." in done.content.decode()
    assert Asset.objects.get(pk=images[0]).collection is None


def test_a_move_to_an_analysed_collection_tells_the_price_first(
    admin_client: Client, images: list[int], settings: Any, sent: list[Message]
) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "rekognition", "ANALYSER_REGION": "eu-west-1"}
    press = analysed_collection()
    asked = act(admin_client, "move_selected", images[:1], select_across="1")
    priced = send(admin_client, asked, collection=press.pk)
    html = priced.content.decode()
    assert "3 files have not been looked at, and will be. At most 12 calls, about 0.01 USD." in html
    assert (sent, Asset.objects.filter(collection=press).count()) == ([], 0)
    more = Asset._base_manager.bulk_create([Asset(key="late.jpg", original="x", sha256="9" * 64)])
    assert "4 files have not been looked at" in send(admin_client, priced).content.decode()
    more[0].delete()
    done = send(admin_client, priced)
    assert "3 images moved to Press. 3 will be looked at." in done.content.decode()
    assert [message.task for message in sent].count("assets.tasks.run_analysis") == 3
    assert Analysis.objects.count() == 3


def test_a_collection_that_does_not_exist_is_refused(admin_client: Client, images: list[int]) -> None:
    for collection in ("999", "x", "-1"):
        html = send(admin_client, act(admin_client, "move_selected", images), collection=collection).content.decode()
        assert "Select a valid choice" in html


def test_images_are_tagged(admin_client: Client, images: list[int]) -> None:
    Asset.objects.get(pk=images[0]).tags.add(Tag.obtain("Beach"))
    asked = act(admin_client, "tag_selected", images)
    assert '<option value="Beach">' in asked.content.decode()
    done = send(admin_client, asked, tag=" bEACH")
    assert "2 images tagged “Beach”." in done.content.decode()
    assert Asset.objects.filter(tags__name="Beach").count() == 3
    assert LogEntry.objects.filter(change_message="Tagged “Beach”.").count() == 2


@pytest.mark.parametrize("tag", ["", "a,b", "x" * 51, "a\u202eb"])
def test_what_is_no_tag_is_refused(admin_client: Client, images: list[int], tag: str) -> None:
    html = send(admin_client, act(admin_client, "tag_selected", images), tag=tag).content.decode()
    assert "errorlist" in html
    assert not Tag.objects.exists()


def test_who_may_only_change_images_adds_known_tags_only(client: Client, images: list[int]) -> None:
    Tag.obtain("Beach")
    ed = editor(client, "change_asset", "view_asset")
    refused = send(ed, act(ed, "tag_selected", images), tag="Sea")
    assert "may not add tags" in refused.content.decode()
    assert "3 images tagged" in send(ed, act(ed, "tag_selected", images), tag="beach").content.decode()


def test_who_may_only_look_is_not_offered_it(client: Client, images: list[int]) -> None:
    looker = editor(client, "view_asset")
    html = act(looker, "move_selected", images, post="yes").content.decode()
    assert "move_selected" not in html
    assert "tag_selected" not in html
