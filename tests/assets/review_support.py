"""What tests of reviews share: images that an analyser flags."""

from __future__ import annotations

from typing import Any

from assets.analysis import looking
from assets.analysis.seen import ModerationLabel, Seen
from assets.models import Analysis, Asset, Review
from tests.assets.images import make_asset

VIOLENCE = (
    ModerationLabel("Violence", 93.5),
    ModerationLabel("Graphic Violence", 93.5, "Violence"),
    ModerationLabel("Weapon Violence", 84.0, "Graphic Violence"),
)


def turn_on(settings: Any, **values: str) -> None:
    """Rekognition is the analyser, which no test here asks."""
    ours = {"ANALYSER": "rekognition", "ANALYSER_REGION": "eu-west-1"}
    settings.IMAGEHUB = {**settings.IMAGEHUB, **ours, **values}


def analysis_of(asset: Asset) -> Analysis:
    """The row of a look at the image's file, which a worker may be about to finish."""
    row, _ = Analysis.objects.get_or_create(sha256=asset.sha256, analyser="rekognition")
    return row


def record(asset: Asset, *moderation: ModerationLabel) -> Analysis:
    """As a worker does that has looked at the image's file; the row of the image is read again."""
    row = analysis_of(asset)
    looking.record(row, Seen(moderation=moderation))
    asset.refresh_from_db()
    return row


def flagged(key: str = "photos/beach.jpg", body: bytes | None = None, **fields: Any) -> Asset:
    """An image that was uploaded, looked at and flagged."""
    asset = make_asset(key, body, **fields)
    record(asset, *VIOLENCE)
    return asset


def decisions(asset: Asset) -> list[str]:
    """What was decided about an image, in order; ``open`` for a review that waits."""
    rows = Review.objects.filter(asset=asset).order_by("pk")
    return [str(row.decision or row.state) for row in rows]
