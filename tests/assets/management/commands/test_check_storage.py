"""The command that compares database and storage."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assets.models import Asset, Purge
from edge.storage.objects.store import Store
from tests.assets.images import make_asset
from tests.assets.publication_support import unwritable
from tests.assets.purge_support import put_original

pytestmark = pytest.mark.django_db(transaction=True)


def check(*options: str) -> tuple[str, str]:
    """What it prints, and its error; none with exit code 0."""
    output = StringIO()
    try:
        call_command("check_storage", *options, stdout=output)
    except CommandError as error:
        return output.getvalue(), str(error)
    return output.getvalue(), ""


@pytest.fixture
def _problems(root: Path, store: Store) -> None:
    make_asset("lost.jpg")
    store.delete("originals/lost.jpg")
    put_original("orphan.jpg", version="1f2e3d4c")
    put_original("copied.jpg")
    with unwritable(root / "originals"):
        make_asset("waiting.jpg")


def test_nothing_wrong_is_said_so() -> None:
    assert check() == ("Every image has its original, and every original its image.\n", "")
    assert check("--json") == ("[]\n", "")


@pytest.mark.usefixtures("_problems")
def test_problems_are_listed_and_left_alone_without_fix() -> None:
    listed, error = check()
    assert listed.splitlines() == [
        "lost.jpg: row without original.",
        "waiting.jpg: row whose file waits to be published.",
        "copied.jpg: original without row that was copied into storage.",
        "orphan.jpg: original without row.",
    ]
    assert error == "Problems left: 4. Run it with --fix, or with --dry-run to see what that does."
    planned, _ = check("--fix", "--dry-run")
    assert "orphan.jpg: original without row. Would delete the original and its variants" in planned
    assert not Purge.objects.exists()
    assert Asset.objects.filter(state="publishing").count() == 1


@pytest.mark.usefixtures("_problems")
def test_fix_solves_what_can_be_solved_and_reports_the_rest() -> None:
    printed, error = check("--fix", "--json")
    assert {report["key"]: report["fixed"] for report in json.loads(printed)} == {
        "lost.jpg": False,
        "waiting.jpg": True,
        "copied.jpg": False,
        "orphan.jpg": True,
    }
    assert error == "Problems left: 2."
    assert Purge.objects.get().subject == "orphan.jpg"
    assert Asset.objects.get(key="lost.jpg").state == "failed"


def test_storage_that_is_unavailable_is_the_reason(root: Path) -> None:
    root.rename(root.with_name("elsewhere"))
    assert check() == ("", "Storage was not checked. the store's directory does not exist")
