"""One row counts the calls of a month."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from assets.models import AnalyserUsage


@pytest.mark.django_db
def test_a_month_has_one_row() -> None:
    AnalyserUsage.objects.create(month="2026-11", calls=4)
    assert str(AnalyserUsage.objects.get()) == "4 calls in 2026-11"
    with pytest.raises(IntegrityError):
        AnalyserUsage.objects.create(month="2026-11")
