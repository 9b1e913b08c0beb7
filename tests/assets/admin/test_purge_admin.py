"""Purges in the admin."""

from __future__ import annotations

import pytest
from django.test import Client

from assets.models import Purge
from tests.assets.admin.pages import page

pytestmark = pytest.mark.django_db
LIST = "/admin/imagehub/purge/"


@pytest.mark.parametrize(
    ("deleted", "status", "text"),
    [
        (None, "", "—"),
        (0, "", "0 files deleted"),
        (1, "InProgress", "1 file deleted; CloudFront: InProgress"),
        (12, "no CDN is configured", "12 files deleted; no CDN is configured"),
    ],
)
def test_the_progress_says_what_was_deleted_and_what_cloudfront_answers(
    admin_client: Client, deleted: int | None, status: str, text: str
) -> None:
    purge = Purge.objects.create(subject="photo.jpg", variants_deleted=deleted, invalidation_status=status)

    assert f">{text}</td>" in page(admin_client, LIST)
    assert f">{text}</p>" in page(admin_client, f"{LIST}{purge.pk}/change/")


def test_a_preset_is_told_from_an_image(admin_client: Client) -> None:
    purge = Purge.objects.create(subject="card", kind="preset", action="invalidate", reason="changed")

    assert "preset card" in page(admin_client, LIST)
    assert "Purge of preset card" in page(admin_client, f"{LIST}{purge.pk}/change/")
