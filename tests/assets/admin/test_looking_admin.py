"""The part of an image's page about looks, and the two addresses behind it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from assets import tasks
from assets.models import Analysis, Asset
from tests.assets.admin.forms import ADD, change_url, post
from tests.assets.admin.looks import looked
from tests.assets.admin.pages import IMAGES, editor, page
from tests.assets.analysis.photographs import astronaut
from tests.assets.images import analysed_collection, image_file, make_asset
from tests.assets.job_support import Message
from tests.rekognition_server import run_rekognition, use

pytestmark = pytest.mark.django_db(transaction=True)

PARTS = {"Accept": "text/html; part=imagehub-parts"}


@pytest.fixture
def asset(settings: Any, sent: list[Message]) -> Asset:
    """An image in an analysed collection, from before there was an analyser."""
    made = make_asset(body=image_file(size=(600, 400)), collection=analysed_collection())
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "rekognition", "ANALYSER_REGION": "eu-west-1"}
    return made


def test_the_page_tells_draws_and_proposes(admin_client: Client, asset: Asset) -> None:
    looked(asset)
    html = page(admin_client, change_url(asset))
    for text in (
        'viewBox="0 0 600 400" role="img" aria-label="2 faces, the largest at the left; Dog"',
        '<rect x="60.0" y="120.0" width="120.0" height="120.0"/>',
        ">Dog</text>",
        'data-use-focal="330,455"',
        "Two people with a dog on a beach. Text: OPEN DAILY",
        'name="accept_tags" value="Beach"',
    ):
        assert text in html
    asset.refresh_from_db()
    assert (asset.focal, asset.alt_text, asset.tags.count()) == (None, "", 0)


def test_nothing_that_was_seen_is_taken_for_markup(admin_client: Client, asset: Asset) -> None:
    evil = '"><script>alert(1)</script>'
    box = {"BoundingBox": {"Left": 0.1, "Top": 0.1, "Width": 0.1, "Height": 0.1}}
    reply = {"DetectLabels": {"Labels": [{"Name": evil, "Instances": [box]}]}}
    looked(asset, labels=[{"name": evil, "confidence": 99.0}], text=evil, reply=reply)
    looked(asset, "faces", state="failed", error=evil)
    for html in (page(admin_client, change_url(asset)), page(admin_client, f"{IMAGES}{asset.pk}/seen/")):
        assert "<script>alert" not in html
        assert "&quot;&gt;&lt;script&gt;" in html


def test_a_new_image_has_nothing_to_tell(admin_client: Client, asset: Asset) -> None:
    assert 'data-seen-part="panel"' not in page(admin_client, ADD)


def test_a_look_can_be_asked_for(admin_client: Client, asset: Asset, sent: list[Message]) -> None:
    response = admin_client.post(f"{IMAGES}{asset.pk}/look/", follow=True)
    assert "The image will be looked at." in response.content.decode()
    assert [message.task for message in sent] == ["assets.tasks.run_analysis"]
    assert "Waiting to be looked at." in response.content.decode()
    admin_client.post(f"{IMAGES}{asset.pk}/look/")
    assert (len(sent), Analysis.objects.count()) == (1, 1)


def test_a_failed_look_can_be_tried_again_without_leaving_the_page(
    admin_client: Client, asset: Asset, sent: list[Message]
) -> None:
    row = looked(asset, state="failed", error="Access denied.", attempts=20)
    response = admin_client.post(f"{IMAGES}{asset.pk}/look/", headers=PARTS)
    html = response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert "Waiting to be looked at." in html
    assert "<html" not in html
    row.refresh_from_db()
    assert (row.state, row.attempts, len(sent)) == ("queued", 0, 1)


def test_what_may_not_be_looked_at_is_not(admin_client: Client, asset: Asset, sent: list[Message]) -> None:
    asset.collection = None
    asset.save()
    response = admin_client.post(f"{IMAGES}{asset.pk}/look/", follow=True)
    assert "is not looked at. The image is in no collection" in response.content.decode()
    assert (sent, Analysis.objects.count()) == ([], 0)


def test_the_parts_follow_a_look(admin_client: Client, asset: Asset) -> None:
    looked(asset, state="running")
    url = f"{IMAGES}{asset.pk}/seen/"
    assert "data-waits" in page(admin_client, url)
    looked(asset)
    html = page(admin_client, url)
    assert "data-waits" not in html
    for name in ("boxes", "panel", "tags", "draft"):
        assert html.count(f'data-seen-part="{name}"') == 1
    assert 'name="accept_tags" value="Beach"' in html


def test_who_may_only_look_sees_what_was_seen_and_can_change_nothing(client: Client, asset: Asset) -> None:
    looked(asset)
    looker = editor(client, "view_asset")
    for html in (page(looker, change_url(asset)), page(looker, f"{IMAGES}{asset.pk}/seen/")):
        assert "2 faces, the largest at the left" in html
        for control in ("accept_tags", "data-use-focal", "data-draft-text", "imagehub-look"):
            assert control not in html
    assert looker.post(f"{IMAGES}{asset.pk}/look/").status_code == 403


def test_others_see_nothing(client: Client, asset: Asset) -> None:
    urls = [f"{IMAGES}{asset.pk}/{view}/" for view in ("seen", "look")]
    assert [client.post(url).status_code for url in urls] == [302, 302]
    stranger = editor(client, "view_preset")
    assert [stranger.post(url).status_code for url in urls] == [403, 403]


def test_an_image_that_is_gone_is_not_found(admin_client: Client) -> None:
    assert admin_client.get(f"{IMAGES}999/seen/").status_code == 404
    assert admin_client.post(f"{IMAGES}999/look/").status_code == 404
    assert admin_client.get(f"{IMAGES}999/look/").status_code == 405


def test_a_request_for_a_look_needs_the_csrf_token(asset: Asset, admin_user: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)
    assert client.post(f"{IMAGES}{asset.pk}/look/").status_code == 403


def test_from_an_upload_to_what_editors_see_and_find(
    admin_client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch, sent: list[Message]
) -> None:
    """With a Rekognition that speaks AWS's protocol."""
    press = analysed_collection()
    with run_rekognition() as server:
        use(server, settings, monkeypatch)
        post(admin_client, ADD, astronaut(), "astronaut.jpg", collection=press.pk)
        asset = Asset.objects.get()
        assert "Waiting to be looked at." in page(admin_client, change_url(asset))
        tasks.run_analysis(Analysis.objects.get().pk)
    html = page(admin_client, change_url(asset))
    for text in ("1 face, at the top", "Photography, Portrait", "SUMMER SALE", "A person. Text: SUMMER SALE NASA"):
        assert text in html
    for query, number in (("summer", 1), ('"sale nasa"', 1), ("portrait", 1), ("press", 1), ("landscape", 0)):
        assert len(admin_client.get(IMAGES, {"q": query}).context["cl"].result_list) == number, query
