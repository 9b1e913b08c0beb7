"""The command that looks at earlier images: it tells the price and asks first."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assets.models import Analysis, Collection
from tests.assets.images import analysed_collection, image_file, make_asset
from tests.assets.job_support import Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rekognition(settings: Any, sent: list[Message]) -> None:
    """Two images of one file from before, and one at which it failed."""
    press = analysed_collection()
    make_asset("a.jpg", collection=press)
    make_asset("b.jpg", collection=press)
    failed = make_asset("c.jpg", image_file(colour="navy"), collection=press)
    make_asset("private.jpg", image_file(colour="red"))
    ours = {"ANALYSER": "rekognition", "ANALYSER_REGION": "eu-west-1", "ANALYSER_MONTHLY_CALLS": "40000"}
    settings.IMAGEHUB = {**settings.IMAGEHUB, **ours}
    Analysis.objects.create(sha256=failed.sha256, analyser="rekognition", state="failed", error="Access denied")
    sent.clear()


def run(*options: str) -> str:
    output = StringIO()
    call_command("look_at_images", *options, stdout=output, stderr=StringIO())
    return output.getvalue()


def test_the_price_is_told_and_a_dry_run_requests_nothing(rekognition: None, sent: list[Message]) -> None:
    assert run("--dry-run") == (
        "Files to look at: 2, of which 1 failed before. At most 8 calls, about 0.01 USD."
        " ANALYSER_MONTHLY_CALLS stops at 40,000 calls a month.\n"
    )
    assert sent == []


def test_without_a_yes_nothing_is_requested(
    rekognition: None, sent: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builtins.input", lambda _: "")
    with pytest.raises(CommandError, match="Nothing was requested"):
        run()
    assert sent == []


def test_new_files_and_failed_looks_are_requested_once(
    rekognition: None, sent: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builtins.input", lambda _: "y")
    assert "Requested" in run()
    assert [message.task for message in sent] == ["assets.tasks.run_analysis"] * 2
    assert set(Analysis.objects.values_list("state", flat=True)) == {"queued"}
    assert run("--yes") == "The analyser has seen every image of the analysed collections, or is about to.\n"


def test_what_costs_nothing_names_no_price(rekognition: None, settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "faces"}
    assert run("--dry-run") == "Files to look at: 2, of which 0 failed before.\n"


def test_without_an_analyser_the_command_says_so(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": ""}
    with pytest.raises(CommandError, match='no "ANALYSER"'):
        run()


def test_one_collection_can_be_named_in_any_case(rekognition: None) -> None:
    analysed_collection("Sports")
    assert "Files to look at: 2," in run("--dry-run", "--collection", "PRESS")
    assert "has seen every image" in run("--dry-run", "--collection=sports")
    with pytest.raises(CommandError, match="There is no collection Nowhere"):
        run("--collection=Nowhere")
    Collection.objects.update(analysed=False)
    with pytest.raises(CommandError, match="collection Press are not looked at"):
        run("--collection=press")


def test_without_an_analysed_collection_the_command_says_so(rekognition: None) -> None:
    Collection.objects.update(analysed=False)
    assert run("--dry-run").startswith("No collection is analysed")
