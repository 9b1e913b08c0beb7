"""Purges and warmings as rows."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from assets.models import Purge, Warming

Kind, Action = Purge.Kind, Purge.Action


@pytest.mark.django_db
@pytest.mark.parametrize("action", [Action.DELETE_ORIGINAL, Action.DELETE_VARIANTS])
def test_the_database_refuses_a_preset_purge_that_deletes_files(action: str) -> None:
    with pytest.raises(IntegrityError, match="preset_only_invalidates"):
        Purge.objects.create(kind=Kind.PRESET, subject="photos", action=action)


def test_jobs_say_what_they_are_for() -> None:
    assert str(Purge(subject="a.jpg", reason=Purge.Reason.REPLACED)) == "a.jpg (image replaced)"
    assert str(Warming(keys=["a.jpg", "b.jpg"], done=3, total=6)) == "2 images, 3 of 6 requests"
