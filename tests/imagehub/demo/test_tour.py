"""The tour of one image: which crops it shows, and what becomes of a URL that a visitor changed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from edge.contract.signing import KeyRing
from imagehub.demo.tour import build_tour, refuse
from tests.imagehub.demo.images import make_asset, make_preset


@pytest.fixture(autouse=True)
def _cdn(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "CDN_URL": "https://cdn.test"}


def test_only_presets_that_crop_are_compared_with_the_centre(signing: KeyRing) -> None:
    wide, inside = make_preset("wide", 800, 0), make_preset("inside", 300, 300, fit="inside")
    (crop,) = build_tour(make_asset(), [wide, inside, make_preset("banner")]).crops
    assert crop.preset.name == "banner"
    assert 'preset="banner"' in crop.focal.source
    assert crop.centre
    assert 'gravity="center"' in crop.centre.source


@pytest.mark.parametrize("random", [0, -1])
def test_an_unseen_url_is_signed_and_its_width_is_between_two_rungs(
    signing: KeyRing, random: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also the first and the last of the widths that it may have, and the next ones, which are refused."""
    monkeypatch.setattr("imagehub.demo.tour.secrets.randbelow", lambda count: range(count)[random])
    unseen = build_tour(make_asset(), []).unseen
    assert unseen
    found = re.fullmatch(r"https://cdn\.test/photo\.jpg\?w=(\d+)&s=k1\.[\w-]{22}", unseen)
    assert found
    assert 400 < int(found[1]) < 599


def test_without_a_signing_key_there_is_nothing_that_needs_one() -> None:
    tour = build_tour(make_asset(), [make_preset()])
    assert (tour.unseen, tour.refusal) == (None, None)
    assert [crop.centre for crop in tour.crops] == [None]
    assert build_tour(make_asset(faces=[[0, 0, 100, 100]]), []).faces == []


def test_a_signed_url_with_another_width_is_refused_by_the_edge(signing: KeyRing) -> None:
    unseen = build_tour(make_asset(), []).unseen
    assert unseen
    refusal = refuse(unseen)
    width = int(unseen.split("w=")[1].split("&")[0])
    assert refusal.url == unseen.replace(f"w={width}", f"w={width + 1}")
    assert refusal.status == 403
    assert json.loads(refusal.body)["code"] == "signature_wrong"


@pytest.mark.parametrize(("focal", "marker"), [((270, 540), (216, 288)), ((None, None), None)])
def test_the_marker_is_at_the_focal_point(focal: tuple[int | None, int | None], marker: tuple[int, int] | None) -> None:
    assert build_tour(make_asset(focal_x=focal[0], focal_y=focal[1]), []).marker == marker
