"""Invalidations: without a distribution there is nothing to do, and CloudFront is asked less and less often."""

from __future__ import annotations

import pytest
from django.db.models import F

from assets import invalidation
from assets.models import BulkPurge, Purge, PurgeJob

pytestmark = pytest.mark.django_db


def test_without_a_distribution_nothing_is_sent_and_the_job_is_done() -> None:
    row = Purge.objects.create(subject="a.jpg", state="running")
    sent = invalidation.send(["#ih-1"], "reference")
    assert sent == {"invalidation_id": "", "invalidation_status": invalidation.NO_CDN}
    assert invalidation.follow(row) is None
    assert row.state == "done"


@pytest.mark.parametrize("model", [Purge, BulkPurge])
@pytest.mark.parametrize(("age", "delay"), [(0, 1), (10, 5), (1000, 20)])
def test_cloudfront_is_asked_less_often_as_time_passes(model: type[PurgeJob], age: int, delay: float) -> None:
    row = model._default_manager.create(state="running", invalidation_id="I1", invalidation_status="InProgress")
    model._default_manager.update(created_seconds=F("created_seconds") - age)
    row.refresh_from_db()
    seconds = invalidation.follow(row)
    assert seconds is not None
    assert delay <= seconds <= min(3 * delay, 20)  # on a slow machine some time has passed since
    assert row.state == "running"
