"""One quality scale for all lossy formats."""

from __future__ import annotations

from pathlib import Path
from statistics import mean

import pytest
from PIL import ImageChops, ImageStat

from edge.image.encode.quality import from_encoder, to_encoder
from tests.bench.photographs import photographs
from tests.bench.quality_scale import SCORES
from tests.bench.score import score
from tests.edge.image.pictures import (
    opened,
    plasma,
    saved,
    variant,
)

LOSSY = ("jpeg", "webp", "avif")


@pytest.mark.parametrize("name", LOSSY)
def test_more_quality_gives_more_bytes_and_less_error(name: str) -> None:
    original = plasma()
    body = saved(original, "png")
    sizes, errors = [], []
    for quality in (10, 40, 75, 95):
        rendered = variant(body, name, quality=quality)
        sizes.append(len(rendered.body))
        difference = ImageChops.difference(opened(rendered).convert("RGB"), original)
        errors.append(sum(ImageStat.Stat(difference).rms))
    assert sizes == sorted(sizes)
    assert errors == sorted(errors, reverse=True)
    assert len(set(sizes)) == 4


@pytest.mark.parametrize("quality", [50, 75, 90])
def test_photographs_score_alike_in_all_formats(quality: int, tmp_path: Path) -> None:
    """A single photograph may score several points more in one format. The mean of five may not."""
    scores: dict[str, list[float]] = {name: [] for name in LOSSY}
    for photo in photographs(None):
        pixels = photo.pixels()
        pixels.thumbnail((300, 300))
        original = tmp_path / "original.png"
        pixels.save(original)
        for name in LOSSY:
            rendered = tmp_path / f"rendered.{name}"
            rendered.write_bytes(variant(original.read_bytes(), name, quality=quality).body)
            scores[name].append(score(original, rendered))
    means = [mean(each) for each in scores.values()]
    assert max(means) - min(means) < 2
    assert means == pytest.approx([SCORES[quality]] * 3, abs=2)


@pytest.mark.parametrize("name", LOSSY)
def test_the_scale_rises_monotonically_within_the_encoders_range(name: str) -> None:
    values = [to_encoder(quality, name) for quality in range(1, 101)]
    assert values == sorted(values)
    assert values[0] >= 1
    assert values[-1] <= 100


def test_the_policys_quality_is_the_default() -> None:
    body = saved(plasma(), "png")
    assert (
        variant(body, "jpeg").body == variant(body, "jpeg", quality=75).body != variant(body, "jpeg", quality=74).body
    )


@pytest.mark.parametrize("name", ["jpeg", "webp", "avif"])
def test_from_encoder_inverts_to_encoder(name: str) -> None:
    for quality in range(1, 101):
        assert to_encoder(from_encoder(to_encoder(quality, name), name), name) == to_encoder(quality, name)
