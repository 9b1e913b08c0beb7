"""The command that makes lost rows again."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assets.models import Asset
from tests.assets.images import make_asset
from tests.assets.purge_support import put_original

pytestmark = pytest.mark.django_db(transaction=True)


def rebuild(*options: str) -> str:
    output = StringIO()
    call_command("rebuild_from_bucket", *options, stdout=output)
    return output.getvalue()


def test_rows_are_listed_and_made_again() -> None:
    make_asset("a.jpg")
    assert rebuild() == "Every original has its row, and every published preset.\n"
    Asset._base_manager.all()._raw_delete("default")
    assert rebuild("--dry-run") == "image a.jpg: missing\n"
    assert rebuild() == "image a.jpg: made again\n"
    assert rebuild("--json") == ""


def test_what_cannot_be_made_again_is_an_error() -> None:
    put_original("damaged.jpg", version="1f2e3d4c")
    output = StringIO()
    with pytest.raises(CommandError, match="1 of 1 rows could not be made again"):
        call_command("rebuild_from_bucket", "--json", stdout=output)
    assert json.loads(output.getvalue())["problem"]


def test_storage_that_cannot_be_read_is_a_sentence(settings: Any, root: Path) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "STORE": "file:///elsewhere"}
    with pytest.raises(CommandError, match="Stopped after 0 rows"):
        rebuild()
