"""Proposed tags, accepted and dismissed in the form of an image."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from assets.models import Asset, Tag
from tests.assets.admin.forms import change_url, errors
from tests.assets.admin.html_forms import fields_of
from tests.assets.admin.looks import looked
from tests.assets.admin.pages import editor, page
from tests.assets.images import analysed_collection, make_asset
from tests.assets.job_support import Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asset(settings: Any, sent: list[Message]) -> Asset:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "rekognition", "ANALYSER_REGION": "eu-west-1"}
    made = make_asset(collection=analysed_collection(), alt_text="Sand")
    looked(made)
    return made


def form_of(client: Client, asset: Asset) -> dict[str, Any]:
    return fields_of(page(client, change_url(asset)), "asset_form")


def proposed(client: Client, asset: Asset) -> list[str]:
    return re.findall(r'name="accept_tags" value="([^"]+)"', page(client, change_url(asset)))


def save(client: Client, asset: Asset, form: dict[str, Any], **changes: Any) -> Any:
    return client.post(change_url(asset), {**form, **changes}, follow=True)


def names(asset: Asset) -> list[str]:
    return [str(tag) for tag in asset.tags.all()]


def test_accepted_tags_are_added_to_what_was_typed(admin_client: Client, asset: Asset) -> None:
    assert proposed(admin_client, asset) == ["Person", "Beach", "Dog", "Animal"]
    save(admin_client, asset, form_of(admin_client, asset), tag_names="sea", accept_tags=["Dog", "Beach"])
    assert names(asset) == ["Beach", "Dog", "sea"]
    assert proposed(admin_client, asset) == ["Person", "Animal"]


def test_a_tag_that_exists_in_another_case_is_used(admin_client: Client, asset: Asset) -> None:
    Tag.obtain("beach")
    save(admin_client, asset, form_of(admin_client, asset), accept_tags=["Beach"])
    assert names(asset) == ["beach"]


def test_what_was_dismissed_does_not_come_back(admin_client: Client, asset: Asset) -> None:
    save(admin_client, asset, form_of(admin_client, asset), dismiss_tags=["Person", "Animal"])
    assert proposed(admin_client, asset) == ["Beach", "Dog"]
    looked(asset)  # another look
    save(admin_client, asset, form_of(admin_client, asset), title="Later")
    assert proposed(admin_client, asset) == ["Beach", "Dog"]
    save(admin_client, asset, form_of(admin_client, asset), tag_names="person")
    assert names(asset) == ["person"]


def test_only_what_was_seen_can_be_dismissed(admin_client: Client, asset: Asset) -> None:
    save(admin_client, asset, form_of(admin_client, asset), dismiss_tags=["Dog", *(f"x{n}" for n in range(99))])
    asset.refresh_from_db()
    assert asset.dismissed_tags == ["dog"]


def test_dismissals_of_two_editors_are_both_kept(admin_client: Client, asset: Asset) -> None:
    anna = Client()
    anna.force_login(get_user_model().objects.create_superuser("anna"))
    hers, mine = form_of(anna, asset), form_of(admin_client, asset)
    save(anna, asset, hers, dismiss_tags=["Dog"], accept_tags=["Beach"])
    save(admin_client, asset, mine, dismiss_tags=["Animal"], accept_tags=["Person", "Beach"])
    asset.refresh_from_db()
    assert (asset.dismissed_tags, names(asset)) == (["animal", "dog"], ["Beach", "Person"])


def test_a_question_about_another_field_keeps_what_was_accepted(admin_client: Client, asset: Asset) -> None:
    mine = form_of(admin_client, asset)
    Asset.objects.update(title="Theirs")
    asked = save(admin_client, asset, mine, title="Mine", accept_tags=["Dog", "Beach"], dismiss_tags=["Person"])
    html = asked.content.decode()
    assert "Nothing of yours is saved yet" in html
    assert names(asset) == []
    form = {name: re.findall(rf'name="{name}" value="([^"]+)"', html) for name in ("accept_tags", "dismiss_tags")}
    save(admin_client, asset, {**fields_of(html), **form, "_choose-title": "mine"})
    asset.refresh_from_db()
    assert (asset.title, names(asset), asset.dismissed_tags) == ("Mine", ["Beach", "Dog"], ["person"])


def test_a_form_that_comes_back_has_its_ticks(admin_client: Client, asset: Asset) -> None:
    form = form_of(admin_client, asset)
    refused = save(admin_client, asset, form, focal_x="5", accept_tags=["Dog"], dismiss_tags=["Beach"])
    html = refused.content.decode()
    assert '<input type="checkbox" name="accept_tags" value="Dog" checked>' in html
    assert 'name="dismiss_tags" value="Beach" checked' in html
    assert names(asset) == []


def test_a_proposal_that_is_no_name_is_refused(admin_client: Client, asset: Asset) -> None:
    refused = save(admin_client, asset, form_of(admin_client, asset), accept_tags=["a,b"])
    assert "accept_tags" in errors(refused)


def test_the_most_tags_count_with_the_accepted_ones(admin_client: Client, asset: Asset) -> None:
    typed = ", ".join(str(number) for number in range(49))
    refused = save(
        admin_client, asset, form_of(admin_client, asset), tag_names=typed, accept_tags=["Dog", "Beach", "Person"]
    )
    assert errors(refused)["tag_names"] == ["Use at most 50 tags."]


def test_who_may_not_add_tags_accepts_known_ones_only(client: Client, asset: Asset) -> None:
    Tag.obtain("dog")
    ed = editor(client, "change_asset", "view_asset")
    refused = save(ed, asset, form_of(ed, asset), accept_tags=["Dog", "Beach"])
    assert errors(refused)["tag_names"] == ["There is no tag “Beach”, and your account may not add tags."]
    save(ed, asset, form_of(ed, asset), accept_tags=["Dog"])
    assert names(asset) == ["dog"]


def test_the_history_says_that_proposals_were_accepted(admin_client: Client, asset: Asset) -> None:
    save(admin_client, asset, form_of(admin_client, asset), accept_tags=["Dog"])
    assert "Changed Proposed tags." in page(admin_client, change_url(asset).replace("change", "history"))
