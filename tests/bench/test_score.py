"""The score of one image against another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.bench.inputs import cut_out
from tests.bench.photographs import photographs
from tests.bench.score import Scorer, is_as_good, score


def test_the_score_of_the_same_image_is_100_and_falls_with_quality(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("same.png", "fine.jpg", "rough.jpg")]
    picture = photographs(None)[2].pixels().crop((100, 100, 260, 260))
    for path, quality in zip(paths, (0, 90, 20), strict=True):
        picture.save(path, quality=quality)
    same, fine, rough = (score(paths[0], path) for path in paths)
    assert same == 100
    assert 100 > fine > rough + 20


def test_transparency_affects_the_score(tmp_path: Path) -> None:
    opaque, cut = tmp_path / "opaque.png", tmp_path / "cut.png"
    picture = photographs(None)[2].pixels().crop((0, 0, 160, 160))
    cut_out(picture).save(cut)
    picture.save(opaque)
    assert score(cut, cut) == 100
    assert score(cut, opaque) < 50


def test_a_small_image_is_scored_on_every_scale(tmp_path: Path) -> None:
    large, small = tmp_path / "large.png", tmp_path / "small.png"
    rough_large, rough_small = tmp_path / "large.jpg", tmp_path / "small.jpg"
    part = photographs(None)[1].pixels().crop((160, 90, 288, 218))
    for path, rough, size in ((small, rough_small, 128), (large, rough_large, 256)):
        whole = Image.fromarray(np.pad(np.asarray(part), ((0, size - 128), (0, size - 128), (0, 0)), "symmetric"))
        whole.save(path)
        whole.save(rough, quality=50, subsampling=0)
    assert abs(score(small, rough_small) - score(large, rough_large)) < 2


@pytest.mark.parametrize(
    ("ours", "theirs", "as_good"),
    [(80, 80, True), (80.01, 80.04, True), (79.9, 80, False), (92, 97, True), (91.9, 97, False), (95, 60, True)],
)
def test_a_score_is_as_good_if_it_is_not_below_the_other_or_nobody_can_tell(
    ours: float, theirs: float, as_good: bool
) -> None:
    assert is_as_good(ours, theirs) is as_good


def test_the_same_pair_is_scored_once(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("same.png", "rough.jpg", "again.jpg")]
    for path in paths:
        photographs(None)[2].pixels().crop((0, 0, 64, 64)).save(path, quality=20)
    with Scorer(tmp_path / "scores") as scorer:
        same, rough, again = scorer.scores((paths[0], path) for path in paths)
        assert len(list((tmp_path / "scores").iterdir())) == 2
        assert scorer.scores([(paths[0], paths[1])]) == [rough]
    assert same == 100 > rough == again
