"""What the page of an image says about a look, in every state that a look can be in."""

from __future__ import annotations

from typing import Any

import pytest

from assets.admin.seen_panel import SeenPanel, look_at, panel
from assets.models import Asset, Collection
from tests.assets.admin.looks import looked
from tests.assets.images import analysed_collection, image_file, make_asset
from tests.assets.job_support import Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asset(settings: Any, sent: list[Message]) -> Asset:
    """An image of 600 × 400 pixels in an analysed collection, from before there was an analyser."""
    made = make_asset(body=image_file(size=(600, 400)), collection=analysed_collection())
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "rekognition", "ANALYSER_REGION": "eu-west-1"}
    return made


def told(asset: Asset) -> SeenPanel:
    return panel(look_at(Asset.objects.get(pk=asset.pk)))


def test_faces_labels_and_text_are_told_and_drawn(asset: Asset) -> None:
    looked(asset)
    found = told(asset)
    assert found.text.startswith("Looked at on ")
    assert found.text.endswith(" by the analyser rekognition.")
    assert found.facts == (
        ("Faces", "2 faces, the largest at the left"),
        ("Recognised", "Person, Beach, Dog, Animal"),
        ("Text", "OPEN\nDAILY"),
    )
    assert [(box.name, box.x, box.y, box.width, box.height) for box in found.boxes] == [
        ("", 60, 120, 120, 120),
        ("", 480, 160, 60, 60),
        ("Dog", 300, 240, 120, 120),
    ]
    assert found.described == "2 faces, the largest at the left; Dog"
    assert (found.focal, found.button, found.note, found.waits) == ((330, 455), "", "", False)


def test_an_analyser_of_faces_says_what_it_does_not_look_for(asset: Asset, settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "faces"}
    looked(asset, "faces")
    found = told(asset)
    assert found.facts == (("Faces", "2 faces, the largest at the left"),)
    assert found.note == "Labels and text are not looked for by this analyser."


def test_nothing_found_is_said(asset: Asset) -> None:
    looked(asset, faces=[], labels=[], text="")
    found = told(asset)
    assert (found.facts, found.boxes, found.focal, found.described) == ((("Found", "nothing"),), (), None, "")


def test_what_is_to_be_moderated_is_told_even_if_nothing_else_was_seen(asset: Asset) -> None:
    looked(asset, faces=[], labels=[], text="", moderation=[{"name": "Violence", "confidence": 98.0}])
    assert told(asset).facts[-1] == ("Moderation", "Violence")


def test_a_focal_point_that_is_there_already_is_not_proposed(asset: Asset) -> None:
    looked(asset)
    asset.focal_x, asset.focal_y = 330, 455
    asset.save()
    assert told(asset).focal is None


@pytest.mark.parametrize(
    ("state", "error", "text", "button", "waits"),
    [
        ("queued", "", "Waiting to be looked at.", "", True),
        ("running", "Throttled.", "Waiting to be looked at. The last attempt failed: Throttled.", "", True),
        ("failed", "Access denied.", "It could not be looked at. Access denied.", "Try again", False),
    ],
)
def test_a_look_that_is_not_done_says_how_far_it_is(
    asset: Asset, state: str, error: str, text: str, button: str, waits: bool
) -> None:
    looked(asset, state=state, error=error)
    found = told(asset)
    assert (found.text, found.button, found.waits, found.facts, found.boxes) == (text, button, waits, (), ())


def test_an_image_from_before_can_be_looked_at_now(asset: Asset) -> None:
    assert (told(asset).text, told(asset).button) == ("Not looked at yet.", "Look at it now")


def test_an_image_that_may_not_be_looked_at_says_why(asset: Asset, settings: Any) -> None:
    looked(asset, state="queued")
    asset.collection = Collection.objects.create(name="Private")
    asset.save()
    found = told(asset)
    assert found.text == "Not looked at. The images of the collection Private are not looked at."
    assert (found.button, found.waits) == ("", False)
    asset.collection = None
    asset.save()
    assert told(asset).text.startswith("Not looked at. The image is in no collection")
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": ""}
    assert told(asset).text == "Not looked at. No analyser is chosen in the settings."


def test_what_was_seen_before_is_told_without_an_analyser_and_by_which_it_was(asset: Asset, settings: Any) -> None:
    looked(asset, "faces")
    found = told(asset)
    assert found.text.startswith("Not looked at yet. On ")
    assert found.text.endswith(", the analyser faces saw this:")
    assert (found.button, len(found.boxes)) == ("Look at it now", 2)
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": ""}
    assert len(told(asset).boxes) == 2


def test_the_faces_are_those_that_crops_keep(asset: Asset) -> None:
    looked(asset)
    row = Asset.objects.get()
    row.faces = [[0, 0, 100, 100]]
    row.save(update_fields=["faces"])
    assert told(asset).facts[0] == ("Faces", "1 face, at the top left")


def test_very_much_is_cut_off(asset: Asset) -> None:
    labels = [{"name": f"Label {number}", "confidence": 90.0} for number in range(200)]
    looked(asset, labels=labels, text="word " * 4000, reply={})
    facts = dict(told(asset).facts)
    assert facts["Recognised"].endswith("Label 14 and 85 more")
    assert len(facts["Text"]) <= 501


def test_a_draft_is_offered_for_an_image_without_a_text(asset: Asset) -> None:
    looked(asset)
    assert look_at(asset).alt_draft() == "Two people with a dog on a beach. Text: OPEN DAILY"
    for changed in ({"alt_text": "Sand"}, {"decorative": True}):
        assert look_at(Asset(sha256=asset.sha256, **changed)).alt_draft() == ""


def test_tags_are_proposed_but_for_those_that_were_dismissed(asset: Asset) -> None:
    looked(asset)
    asset.dismissed_tags = ["animal"]
    assert look_at(asset).proposed_tags(["beach"]) == ["Person", "Dog"]
