"""The row of a bulk purge, and its keys."""

from __future__ import annotations

import pytest

from assets.models import BulkPurge, BulkPurgeKey


@pytest.mark.django_db
def test_the_keys_go_with_their_purge() -> None:
    row, other = (BulkPurge.objects.create(total=1) for _ in range(2))
    for purge in (row, other):
        purge.keys.create(key="é" * 512)
    row.delete()
    assert BulkPurgeKey.objects.get().purge == other


def test_its_name_is_how_many_images_it_is_for() -> None:
    assert [str(BulkPurge(total=total)) for total in (0, 1, 20_000)] == ["0 images", "1 image", "20,000 images"]
