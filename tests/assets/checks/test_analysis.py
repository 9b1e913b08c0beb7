"""Each mistake in an analyser's settings is found by its id."""

from __future__ import annotations

from typing import Any

import pytest

from assets.models import Collection
from tests.assets.checks.found import found
from tests.assets.images import analysed_collection

REKOGNITION = {"ANALYSER": "rekognition", "ANALYSER_REGION": "eu-west-1"}


def test_an_analyser_must_be_known(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "eyes"}
    assert "imagehub.E014" in found()


def test_an_analyser_must_be_installed(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "faces"}
    assert "imagehub.E015" not in found()
    monkeypatch.setattr("assets.analysis.faces.find_spec", lambda _: None)
    assert "imagehub.E015" in found()


def test_a_region_is_all_that_rekognition_needs(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "DISTRIBUTION_ID": "E1", **REKOGNITION}
    assert found() == []


@pytest.mark.parametrize("region", ["", "Ireland", "eu-west-1a", "eu west 1"])
def test_rekognition_needs_a_region(settings: Any, region: str) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, **REKOGNITION, "ANALYSER_REGION": region}
    assert "imagehub.E016" in found()


def test_an_endpoint_is_a_url(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, **REKOGNITION, "ANALYSER_ENDPOINT": "127.0.0.1:9000"}
    assert "imagehub.E017" in found()


@pytest.mark.parametrize("name", ["ANALYSER_PER_SECOND", "ANALYSER_MONTHLY_CALLS"])
@pytest.mark.parametrize("value", ["0", "-1", "2.5", "many"])
def test_limits_are_whole_numbers(settings: Any, name: str, value: str) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, **REKOGNITION, name: value}
    assert "imagehub.E018" in found()


@pytest.mark.django_db
def test_an_analyser_without_an_analysed_collection_looks_at_nothing(settings: Any) -> None:
    assert "imagehub.W023" not in found(deploy=True)
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "faces"}
    Collection.objects.create(name="Private")
    assert "imagehub.W023" in found(deploy=True)
    assert "imagehub.W023" not in found()
    analysed_collection()
    assert "imagehub.W023" not in found(deploy=True)
