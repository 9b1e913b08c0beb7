"""What the metadata of an original says, and its version."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge.contract.original import EXAMINATION, OriginalFacts, Verdict, asset_version
from edge.contract.recipe import MAX_FACES
from edge.contract.values import Face, Point


def test_a_version_changes_with_the_pixels_and_with_the_focal_point() -> None:
    versions = {asset_version("a" * 64), asset_version("b" * 64), asset_version("a" * 64, (310, 420))}
    assert len(versions) == 3
    assert all(len(version) == 8 for version in versions)


@pytest.mark.parametrize("focal", [None, (0, 0), (310, 420), (1000, 1000)])
def test_facts_survive_a_round_trip_through_metadata(focal: Point | None) -> None:
    facts = OriginalFacts("1f2e3d4c", focal)
    assert OriginalFacts.read(facts.as_metadata()) == facts


@pytest.mark.parametrize("version", ["", "1F2E3D4C", "1f2e3d4", "1f2e3d4c0"])
def test_without_a_valid_version_it_follows_from_the_etag(version: str) -> None:
    metadata = {"version": version, "focal": "310,420"}
    version = asset_version('"e"', (310, 420))
    assert OriginalFacts.of(metadata, '"e"') == OriginalFacts(version, (310, 420), examined=False)
    assert OriginalFacts.of(metadata, '"e"') != OriginalFacts.of(metadata, '"f"')
    assert OriginalFacts.read(metadata) is None


@pytest.mark.parametrize(
    ("metadata", "examined"),
    [
        (OriginalFacts("1f2e3d4c").as_metadata(), True),
        (OriginalFacts("1f2e3d4c", examined=False).as_metadata(), False),
        ({"version": "1f2e3d4c"}, False),
        ({"version": "1f2e3d4c", "examined": ""}, False),
        ({"version": "1f2e3d4c", "examined": "0"}, False),
        ({"examined": EXAMINATION}, False),
    ],
)
def test_only_the_word_of_the_current_examination_counts(metadata: dict[str, str], examined: bool) -> None:
    assert OriginalFacts.of(metadata, '"e"').examined is examined


def test_a_version_in_the_metadata_does_not_depend_on_the_etag() -> None:
    facts = OriginalFacts("1f2e3d4c", (310, 420))
    assert OriginalFacts.of(facts.as_metadata(), '"e"') == facts


@pytest.mark.parametrize(("focal", "point"), [("9999,5", (1000, 5)), ("-1,5", None), ("5", None), ("", None)])
def test_an_invalid_focal_point_is_clamped_or_ignored(focal: str, point: Point | None) -> None:
    metadata = {"version": "1f2e3d4c", "focal": focal}
    assert OriginalFacts.read(metadata) == OriginalFacts("1f2e3d4c", point, examined=False)


def test_both_coordinates_of_the_focal_point_change_the_version() -> None:
    versions = {asset_version("0" * 64, focal) for focal in (None, (1, 2), (2, 2), (1, 1))}
    assert len(versions) == 4


def test_each_coordinate_of_a_focal_point_is_clamped_to_1000() -> None:
    facts = OriginalFacts.read({"version": "1f2e3d4c", "focal": "1001,1001"})
    assert facts is not None
    assert facts.focal == (1000, 1000)


@pytest.mark.parametrize("faces", [None, (), ((0, 0, 1000, 1000),), ((1, 2, 3, 4), (900, 900, 100, 100))])
@pytest.mark.parametrize("verdict", Verdict)
def test_faces_and_verdict_survive_a_round_trip(faces: tuple[Face, ...] | None, verdict: Verdict) -> None:
    facts = OriginalFacts("1f2e3d4c", faces=faces, verdict=verdict)
    assert OriginalFacts.read(facts.as_metadata()) == facts


def test_faces_and_verdict_change_the_version_but_not_that_nobody_looked() -> None:
    face = (1, 2, 3, 4)
    arguments = [(None, Verdict.SHOWN), ([face], Verdict.SHOWN), ([face, face], Verdict.SHOWN), ([face], "blurred")]
    versions = {asset_version("0" * 64, None, faces, Verdict(verdict)) for faces, verdict in arguments}
    versions |= {asset_version("0" * 64, verdict=verdict) for verdict in Verdict}
    assert len(versions) == 6
    assert asset_version("0" * 64, None, ()) == asset_version("0" * 64)


def test_the_largest_faces_fit_into_the_metadata() -> None:
    faces = tuple((1000 - place, 1000 - place, 1000, 1000) for place in range(MAX_FACES + 5))
    facts = OriginalFacts("1f2e3d4c", (1000, 1000), faces=faces, verdict=Verdict.WITHHELD)
    metadata = replace(facts, size=(100_000, 100_000), placeholder="+" * 36).as_metadata()
    assert metadata["faces"].count(";") == MAX_FACES - 1
    assert sum(len("x-amz-meta-") + len(name) + len(text) for name, text in metadata.items()) < 800


@pytest.mark.parametrize(
    "text", ["1,2,3", "1,2,3,4;", "a", "0,0,0,5", "0,0,5,0", "900,0,101,5", "0,900,5,101", "-1,0,5,5", "1,2,3,4;" * 40]
)
def test_invalid_faces_count_as_not_looked_for(text: str) -> None:
    facts = OriginalFacts.read({"version": "1f2e3d4c", "faces": text})
    assert facts is not None
    assert facts.faces is None


def test_a_verdict_of_a_later_release_withholds_the_image() -> None:
    facts = OriginalFacts.read({"version": "1f2e3d4c", "verdict": "pixelated"})
    assert facts is not None
    assert facts.verdict is Verdict.WITHHELD


def test_size_and_placeholder_survive_a_round_trip_and_leave_the_version_alone() -> None:
    facts = OriginalFacts("1f2e3d4c", size=(4032, 3024), placeholder="3wcCDYK49n6MOIdKl6eoaG+4JAzK")
    assert OriginalFacts.read(facts.as_metadata()) == facts
    assert facts.as_metadata()["size"] == "4032x3024"
    by_hand = {"size": "4032x3024", "placeholder": "3wcCDYK49n6MOIdKl6eoaG+4JAzK"}
    assert OriginalFacts.of(by_hand, '"e"') == replace(facts, version=asset_version('"e"'), examined=False)


@pytest.mark.parametrize("size", ["", "0x1", "1x", "1X1", "-1x1", "1234567x1", "1x1x1", "\u0661x1"])
def test_an_invalid_size_is_unknown(size: str) -> None:
    facts = OriginalFacts.read({"version": "1f2e3d4c", "size": size})
    assert facts == OriginalFacts("1f2e3d4c", examined=False)


@pytest.mark.parametrize("text", ["", "abc", "a" * 41, "<script>alert", "3wcCDYK49n6=OIdK", "3wcCDYK49n6MOIdK==="])
def test_an_invalid_placeholder_is_unknown(text: str) -> None:
    facts = OriginalFacts.read({"version": "1f2e3d4c", "placeholder": text})
    assert facts == OriginalFacts("1f2e3d4c", examined=False)
