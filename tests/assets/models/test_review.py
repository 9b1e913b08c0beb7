"""What was decided about a file holds for the same file later."""

from __future__ import annotations

import pytest
from django.utils import timezone

from assets.models import Review
from edge.contract.original import Verdict
from tests.assets.images import make_asset

pytestmark = pytest.mark.django_db

SHA256 = "0" * 64


def test_the_last_decision_about_a_picture_stands_and_no_other() -> None:
    asset = make_asset()
    assert Review.standing_verdict(None, SHA256) is None
    for decision in ("withheld", "approved", "trashed", "replaced"):
        now = timezone.now()
        Review.objects.create(asset=asset, sha256=SHA256, state="decided", decision=decision, decided_at=now)
    Review.objects.create(asset=asset, sha256=SHA256)
    Review.objects.create(asset=asset, sha256="1" * 64, state="decided", decision="blurred", decided_at=timezone.now())
    assert Review.standing_verdict(asset.pk, SHA256) is Verdict.SHOWN
    assert Review.standing_verdict(asset.pk, "1" * 64) is Verdict.BLURRED
    assert Review.standing_verdict(asset.pk, "2" * 64) is None
    assert Review.standing_verdict(asset.pk + 1, SHA256) is None


def test_every_decision_about_a_picture_has_a_verdict() -> None:
    others = {Review.Decision.TRASHED, Review.Decision.REPLACED}
    assert set(Review.VERDICTS) == set(Review.Decision) - others


def test_it_is_called_after_its_image() -> None:
    assert str(Review(asset=make_asset(title="Beach"))) == "Review of Beach"
