"""The command that empties the trash."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import ProtectedError
from django.db.models.signals import pre_delete
from django.utils import timezone

from assets.models import Asset
from assets.trash import move_to_trash
from tests.assets.images import make_asset

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent")]


def run(*options: str) -> str:
    output = StringIO()
    call_command("empty_trash", *options, stdout=output)
    return output.getvalue()


def trash(days: int, *keys: str) -> None:
    for key in keys:
        move_to_trash(make_asset(key).pk)
    Asset._base_manager.filter(key__in=keys).update(trashed_at=timezone.now() - timedelta(days=days))


def test_nothing_is_due(settings: Any) -> None:
    trash(29, "young.jpg")
    assert run() == "No image has been in the trash for more than 30 days.\n"
    settings.IMAGEHUB = {**settings.IMAGEHUB, "TRASH_DAYS": "1"}
    assert "young.jpg" in run("--dry-run")
    Asset.objects.all().delete()
    assert run() == "No image has been in the trash for more than a day.\n"


def test_a_dry_run_names_them_and_deletes_nothing() -> None:
    trash(31, *(f"{number:02}.jpg" for number in range(21)))
    lines = run("--dry-run").splitlines()
    assert lines[0].startswith("00.jpg (since 20")
    assert lines[20:] == ["… and 1 more", "21 images would be deleted. Nothing was deleted."]
    assert Asset.objects.count() == 21


def test_what_is_due_is_deleted_and_what_is_protected_is_counted() -> None:
    trash(31, "a.jpg", "b.jpg")
    trash(3, "c.jpg")

    def protect(instance: Asset, **_: Any) -> None:
        if instance.key == "b.jpg":
            raise ProtectedError("A page needs it.", {instance})

    pre_delete.connect(protect, sender=Asset)
    try:
        assert run() == "1 image deleted.\nKept, since other rows need them: 1 image. The log names them.\n"
    finally:
        pre_delete.disconnect(protect, sender=Asset)
    assert set(Asset.objects.values_list("key", flat=True)) == {"b.jpg", "c.jpg"}
