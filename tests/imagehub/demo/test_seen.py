"""What the gallery says of an image that Rekognition, or its stand-in, has looked at."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assets.models import Analysis, Asset
from edge.contract.signing import KeyRing
from imagehub.demo.seen import seen_in
from tests.imagehub.demo.images import make_asset

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _settings(settings: Any, static_files: None) -> None:
    ours = {"CDN_URL": "https://cdn.test", "ANALYSER": "rekognition", "ANALYSER_ENDPOINT": "http://127.0.0.1:1"}
    settings.IMAGEHUB = {**settings.IMAGEHUB, **ours}


@pytest.fixture
def asset() -> Asset:
    (saved,) = Asset._base_manager.bulk_create([make_asset(sha256="1")])
    return saved


def look(**changed: Any) -> None:
    seen = {
        "labels": [{"name": "Portrait", "confidence": 98.4}],
        "moderation": [{"name": "Alcohol", "confidence": None, "parent": ""}],
        "text": "SUMMER SALE\nNASA",
    }
    Analysis.objects.create(**{"sha256": "1", "analyser": "rekognition", "state": "done", **seen, **changed})


def test_labels_text_and_moderation_are_shown(asset: Asset) -> None:
    look()
    seen = seen_in(asset)
    assert seen
    assert (seen.labels, seen.moderation, seen.text) == (["Portrait (98%)"], ["Alcohol"], ["SUMMER SALE", "NASA"])


@pytest.mark.parametrize("changed", [{"state": "queued"}, {"analyser": "faces"}, {"sha256": "2"}])
def test_without_a_finished_look_at_this_file_there_is_nothing(asset: Asset, changed: dict[str, str]) -> None:
    look(**changed)
    assert seen_in(asset) is None


def test_an_analyser_that_finds_faces_only_is_not_asked_for_more(
    asset: Asset, settings: Any, django_assert_num_queries: Any
) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "faces"}
    with django_assert_num_queries(0):
        assert seen_in(asset) is None


def test_the_page_says_whether_a_stand_in_was_asked(
    asset: Asset, client: Client, signing: KeyRing, settings: Any
) -> None:
    look(text="")
    page = client.get(reverse("gallery")).content.decode()
    assert "AWS was not asked. A stand-in for Rekognition runs on this machine" in page
    assert "<dt>Text</dt><dd>none</dd>" in page
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER_ENDPOINT": ""}
    page = client.get(reverse("gallery")).content.decode()
    assert "AWS was not asked" not in page
    assert "By Amazon Rekognition" in page
