"""Two editors of one row: nothing that either typed is overwritten silently."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assets.models import Asset, Collection, ManifestState, Preset, Tag
from edge.storage.objects.store import Store
from tests.assets.admin.forms import change_url
from tests.assets.admin.html_forms import fields_of
from tests.assets.images import image_file, make_asset

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def anna() -> Client:
    """Another editor, in her own browser."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("anna"))
    return client


def opened(client: Client, url: str) -> dict[str, Any]:
    html = client.get(url).content.decode()
    return fields_of(html, "preset_form" if "/preset/" in url else "asset_form")


def save(client: Client, url: str, form: dict[str, Any], **changes: Any) -> Any:
    return client.post(url, {**form, **changes}, follow=True)


def asks(response: Any) -> list[str]:
    """The labels of what an editor has to choose."""
    return [question["label"] for question in (response.context or {}).get("questions", ())]


def choose(client: Client, url: str, response: Any, choice: str, **changes: Any) -> Any:
    form = fields_of(response.content.decode())
    answers = {name: choice for name in form if name.startswith("_choose-")}
    return client.post(url, {**form, **answers, **changes}, follow=True)


def taken() -> Any:
    return Asset.objects.values_list("title", "alt_text", "focal_x", "focal_y").get()


def test_the_second_of_two_editors_sees_both_values_and_nothing_is_saved(admin_client: Client, anna: Client) -> None:
    url = change_url(make_asset(title="Beach"))
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, title="Sandy beach")
    response = save(admin_client, url, mine, title="Rocky beach")
    assert asks(response) == ["Title"]
    html = response.content.decode()
    for text in ("Sandy beach", "Rocky beach", "anna saved it on ", "Nothing of yours is saved yet."):
        assert text in html
    assert taken()[0] == "Sandy beach"


@pytest.mark.parametrize(("choice", "title"), [("mine", "Rocky beach"), ("theirs", "Sandy beach")])
def test_the_choice_is_saved(admin_client: Client, anna: Client, choice: str, title: str) -> None:
    url = change_url(make_asset(title="Beach"))
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, title="Sandy beach")
    response = choose(admin_client, url, save(admin_client, url, mine, title="Rocky beach"), choice)
    assert response.redirect_chain
    assert taken()[0] == title


def test_without_a_choice_the_others_value_stays(admin_client: Client, anna: Client) -> None:
    url = change_url(make_asset(title="Beach"))
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, title="Sandy beach")
    response = save(admin_client, url, mine, title="Rocky beach")
    save(admin_client, url, fields_of(response.content.decode()))
    assert taken()[0] == "Sandy beach"


def test_different_fields_are_merged_without_a_question(admin_client: Client, anna: Client) -> None:
    url = change_url(make_asset(title="Beach", alt_text="Sand"))
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, title="Sandy beach")
    assert asks(save(admin_client, url, mine, alt_text="Sand and sea")) == []
    assert taken()[:2] == ("Sandy beach", "Sand and sea")


def test_what_the_other_changed_alone_stays_after_a_question(admin_client: Client, anna: Client) -> None:
    url = change_url(make_asset(title="Beach", alt_text="Sand"))
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, title="Sandy beach", alt_text="Her text")
    response = save(admin_client, url, mine, title="Rocky beach")
    assert asks(response) == ["Title"]
    choose(admin_client, url, response, "mine")
    assert taken()[:2] == ("Rocky beach", "Her text")


def test_a_focal_point_is_never_put_together_from_two(admin_client: Client, anna: Client) -> None:
    url = change_url(make_asset(focal_x=100, focal_y=100))
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, focal_x="900")
    response = save(admin_client, url, mine, focal_y="800")
    assert asks(response) == ["Focal point"]
    html = response.content.decode()
    assert '<circle cx="6" cy="32"' in html  # mine, of 60 × 40 pixels
    assert '<circle cx="54" cy="4"' in html
    choose(admin_client, url, response, "mine")
    assert taken()[2:] == (100, 800)


def test_who_describes_an_image_that_was_replaced_is_asked(admin_client: Client, anna: Client) -> None:
    url = change_url(make_asset(alt_text="Sand"))
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, original=SimpleUploadedFile("new.jpg", image_file(colour="red")))
    response = save(admin_client, url, mine, alt_text="Teal sand", title="Mine")
    assert asks(response) == ["Alternative text"]
    choose(admin_client, url, response, "theirs")
    assert taken()[:2] == ("Mine", "Sand")


@pytest.mark.parametrize(("choice", "colour"), [("mine", "blue"), ("theirs", "red")])
def test_two_files_are_compared_as_pictures(
    admin_client: Client, anna: Client, store: Store, choice: str, colour: str
) -> None:
    asset = make_asset()
    url = change_url(asset)
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, original=SimpleUploadedFile("new.jpg", image_file(colour="red")))
    response = save(admin_client, url, mine, original=SimpleUploadedFile("my.jpg", image_file(colour="blue")))
    assert asks(response) == ["File"]
    pictures = [side.picture.url for side in response.context["questions"][0]["sides"]]
    assert admin_client.get(pictures[0]).content == image_file(colour="blue")
    assert pictures[1].startswith("https://cdn.example/photos/beach.jpg")
    assert choose(admin_client, url, response, choice).redirect_chain
    assert store.get(f"originals/{asset.key}").body == image_file(colour=colour)


def test_a_file_that_browsers_cannot_show_is_named(admin_client: Client, anna: Client) -> None:
    url = change_url(make_asset("scan.tif", image_file("TIFF")))
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, original=SimpleUploadedFile("new.tif", image_file("TIFF", colour="red")))
    response = save(admin_client, url, mine, original=SimpleUploadedFile("my.tif", image_file("TIFF", colour="blue")))
    yours = response.context["questions"][0]["sides"][0]
    assert (yours.picture, yours.texts) == (None, ["my.tif"])
    assert choose(admin_client, url, response, "mine").redirect_chain


def test_a_form_that_is_sent_twice_is_no_conflict(admin_client: Client) -> None:
    url = change_url(make_asset(title="Beach"))
    form = opened(admin_client, url)
    for _ in range(2):
        file = SimpleUploadedFile("new.jpg", image_file(colour="red"))
        assert asks(save(admin_client, url, form, title="New", original=file)) == []


def test_two_windows_of_one_editor_are_told_apart(admin_client: Client) -> None:
    url = change_url(make_asset(title="Beach"))
    first, second = opened(admin_client, url), opened(admin_client, url)
    save(admin_client, url, first, title="One")
    assert "You, in another window, saved it" in save(admin_client, url, second, title="Two").content.decode()


def test_a_third_editor_is_seen_too(admin_client: Client, anna: Client) -> None:
    url = change_url(make_asset(title="Beach"))
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, title="One")
    response = save(admin_client, url, mine, title="Two")
    save(anna, url, opened(anna, url), title="Three")
    again = choose(admin_client, url, response, "mine")
    assert asks(again) == ["Title"]
    assert "Three" in again.content.decode()


def test_a_change_by_code_counts_like_an_editors(admin_client: Client) -> None:
    url = change_url(make_asset(title="Beach"))
    mine = opened(admin_client, url)
    Asset.objects.update(title="Imported")
    response = save(admin_client, url, mine, title="Mine")
    assert asks(response) == ["Title"]
    assert "Somebody saved it" in response.content.decode()


def test_an_error_in_the_form_does_not_forget_what_it_was_made_from(admin_client: Client, anna: Client) -> None:
    url = change_url(make_asset(title="Beach"))
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, title="Hers")
    refused = save(admin_client, url, mine, title="Mine", focal_x="5")
    assert asks(save(admin_client, url, fields_of(refused.content.decode(), "asset_form"), focal_x="")) == ["Title"]


def test_what_was_typed_for_a_deleted_image_is_shown(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deleted between the request's first look at the row and its lock."""
    asset = make_asset(title="Beach")
    url = change_url(asset)
    mine = opened(admin_client, url)
    full_clean = Asset.full_clean

    def delete_first(self: Asset, *args: Any, **kwargs: Any) -> None:
        Asset.objects.all().delete()
        full_clean(self, *args, **kwargs)

    monkeypatch.setattr(Asset, "full_clean", delete_first)
    html = save(admin_client, url, mine, title="My title").content.decode()
    assert "was deleted while you were editing it" in html
    assert "My title" in html


def test_the_sizes_of_a_preset_are_decided_together(admin_client: Client, anna: Client) -> None:
    preset = Preset.objects.create(name="card", width=300, height=200)
    url = f"/admin/imagehub/preset/{preset.pk}/change/"
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, width="400")
    response = save(admin_client, url, mine, height="250", quality="70")
    assert asks(response) == ["Size"]
    choose(admin_client, url, response, "mine")
    preset.refresh_from_db()
    assert (preset.width, preset.height, preset.quality) == (300, 250, 70)


def test_boxes_and_choices_are_merged_like_texts(admin_client: Client, anna: Client) -> None:
    preset = Preset.objects.create(name="card", width=300, height=200)
    url = f"/admin/imagehub/preset/{preset.pk}/change/"
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, up="on", fit="contain")
    assert asks(save(admin_client, url, mine, quality="70")) == []
    preset.refresh_from_db()
    assert (preset.up, preset.fit, preset.quality) == (True, "contain", 70)
    ours = opened(admin_client, url)
    save(anna, url, opened(anna, url), gravity="north")
    response = save(admin_client, url, {name: value for name, value in ours.items() if name != "up"}, gravity="south")
    choose(admin_client, url, response, "mine")
    preset.refresh_from_db()
    assert (preset.up, preset.gravity) == (False, "south")


def test_columns_that_no_form_shows_are_not_overwritten(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A preset that is archived between the request's first look at the row and its lock stays archived."""
    preset = Preset.objects.create(name="card", width=300)
    url = f"/admin/imagehub/preset/{preset.pk}/change/"
    mine = opened(admin_client, url)
    full_clean = Preset.full_clean

    def archive_first(self: Preset, *args: Any, **kwargs: Any) -> None:
        Preset.objects.update(archived=True)
        full_clean(self, *args, **kwargs)

    monkeypatch.setattr(Preset, "full_clean", archive_first)
    save(admin_client, url, mine, quality="70")
    assert Preset.objects.values_list("archived", "quality").get() == (True, 70)


def test_the_log_names_only_the_fields_that_the_editor_changed(admin_client: Client, anna: Client) -> None:
    asset = make_asset(title="Beach", alt_text="Sand")
    url = change_url(asset)
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, title="Hers")
    save(admin_client, url, mine, alt_text="Mine")
    history = admin_client.get(f"/admin/imagehub/asset/{asset.pk}/history/").content.decode()
    assert "Changed Alternative text." in history


def test_a_script_without_a_version_is_not_asked(admin_client: Client) -> None:
    url = change_url(make_asset(title="Beach"))
    assert admin_client.post(url, {"title": "New", "alt_text": ""}).status_code == 302
    assert admin_client.post(url, {"title": "Newer", "alt_text": "", "_made_from": "{]"}).status_code == 302
    assert taken()[0] == "Newer"


def test_the_new_fallback_says_which_one_it_replaces(admin_client: Client) -> None:
    ManifestState.choose_fallback(make_asset("old.jpg").key)
    url = change_url(make_asset("new.jpg"))
    response = save(admin_client, url, opened(admin_client, url), fallback="on")
    assert "instead of old.jpg" in response.content.decode()


def tags() -> list[str]:
    return [str(tag) for tag in Asset.objects.get().tags.all()]


def test_tags_of_two_editors_are_put_together_without_a_question(admin_client: Client, anna: Client) -> None:
    asset = make_asset(title="Beach")
    asset.tags.set([Tag.obtain(name) for name in ("old", "wrong", "sea")])
    url = change_url(asset)
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, tag_names="old, sea, hers")
    assert asks(save(admin_client, url, mine, tag_names="old, wrong, mine")) == []
    assert tags() == ["hers", "mine", "old"]


def test_a_question_about_another_field_keeps_the_tags_of_both(admin_client: Client, anna: Client) -> None:
    asset = make_asset(title="Beach")
    asset.tags.set([Tag.obtain(name) for name in ("old", "wrong")])
    url = change_url(asset)
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, title="Hers", tag_names="old, wrong, hers")
    response = save(admin_client, url, mine, title="Mine", tag_names="old, mine")
    assert asks(response) == ["Title"]
    assert "Tags: hers, mine, old" in response.content.decode()
    choose(admin_client, url, response, "theirs")
    assert (taken()[0], tags()) == ("Hers", ["hers", "mine", "old"])


def test_a_tag_that_was_renamed_meanwhile_is_not_made_again(admin_client: Client) -> None:
    asset = make_asset()
    asset.tags.add(Tag.obtain("Beach"))
    mine = opened(admin_client, change_url(asset))
    tag = Tag.objects.get()
    tag.name = "Coast"
    tag.save()
    save(admin_client, change_url(asset), mine, title="New")
    assert (tags(), Tag.objects.count()) == (["Coast"], 1)


@pytest.mark.parametrize(("choice", "home"), [("mine", "Press"), ("theirs", "Private")])
def test_two_moves_of_one_image_are_a_question(admin_client: Client, anna: Client, choice: str, home: str) -> None:
    press, private = (Collection.objects.create(name=name) for name in ("Press", "Private"))
    url = change_url(make_asset())
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, collection=private.pk)
    response = save(admin_client, url, mine, collection=press.pk)
    assert asks(response) == ["Collection"]
    texts = [side.texts for side in response.context["questions"][0]["sides"]]
    assert texts == [["Press"], ["Private"]]
    choose(admin_client, url, response, choice)
    assert str(Asset.objects.get().collection) == home


def test_a_move_by_another_editor_stays(admin_client: Client, anna: Client) -> None:
    press = Collection.objects.create(name="Press")
    url = change_url(make_asset())
    hers, mine = opened(anna, url), opened(admin_client, url)
    save(anna, url, hers, collection=press.pk)
    assert asks(save(admin_client, url, mine, title="Mine")) == []
    assert (Asset.objects.get().collection, taken()[0]) == (press, "Mine")


def test_a_base_that_nobody_sent_harms_no_tag(admin_client: Client) -> None:
    asset = make_asset()
    asset.tags.add(Tag.obtain("Beach"))
    for base in ('{"tag_names": 5}', '{"tag_names": ["a"]}', '{"tag_names": null}'):
        save(admin_client, change_url(asset), {"title": "", "alt_text": "", "tag_names": "Beach", "_made_from": base})
        assert tags() == ["Beach"]
