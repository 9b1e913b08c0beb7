"""The command that compares database and storage."""

from __future__ import annotations

import json
import os
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assets.management.commands import check_storage
from assets.models import Asset, Purge
from edge.contract.policy import load_policy
from edge.storage.objects.store import Store
from tests.assets.images import make_asset
from tests.assets.publication_support import make_old, unwritable
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


def test_many_fixes_say_how_far_they_are(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_storage, "_FIXES", 2)
    for name in "abcde":
        make_old(make_asset(f"{name}.jpg"), store)
    progress = StringIO()
    call_command("check_storage", "--fix", stdout=StringIO(), stderr=progress)
    assert progress.getvalue() == "2 of 5 problems …\n4 of 5 problems …\n"
    assert check() == ("Every image has its original, and every original its image.\n", "")


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


@pytest.fixture
def _old_revs(store: Store) -> None:
    for rev in ("0b0b0b0b", "0a0a0a0a", load_policy().rev):
        for width in (300, 600):
            store.put(f"variants/a.jpg/1f2e3d4c.{rev}/w{width}.avif", b"12345", content_type="image/avif")


def age(root: Path, rev: str, days: int) -> None:
    for path in root.glob(f"variants/a.jpg/*.{rev}/*"):
        os.utime(path, (time.time() - days * 86400,) * 2)


@pytest.mark.usefixtures("_old_revs")
def test_old_revs_are_listed_and_deleted_only_if_asked(root: Path, store: Store) -> None:
    age(root, "0a0a0a0a", 8)
    age(root, "0b0b0b0b", 9)
    before = set(store.list("variants/"))
    oldest, old, current, hint = check("--old-revs")[0].splitlines()
    assert oldest.startswith("0b0b0b0b: 2 variants, 10 bytes, until 20")
    assert oldest.endswith("; old.")
    assert old.startswith("0a0a0a0a: 2 variants")
    assert current.endswith("; kept, the rev of this policy.")
    assert hint == "Nothing was deleted. Repeat the command with --delete to delete what is old."
    assert set(store.list("variants/")) == before

    printed, error = check("--old-revs", "--delete", "--keep", "0b0b0b0b", "--json")
    assert error == ""
    assert [(each["rev"], each["kept"]) for each in json.loads(printed)] == [
        ("0b0b0b0b", "named with --keep"),
        ("0a0a0a0a", None),
        (load_policy().rev, "the rev of this policy"),
    ]
    assert set(store.list("variants/")) == {key for key in before if "0a0a0a0a" not in key}


@pytest.mark.usefixtures("_old_revs")
def test_young_revs_are_kept_for_as_many_days_as_the_operator_says(root: Path) -> None:
    age(root, "0a0a0a0a", 3)
    age(root, "0b0b0b0b", 3)
    assert "written within 7 days" in check("--old-revs")[0]
    assert check("--old-revs", "--days", "2")[0].count("; old.") == 2


def test_no_variants_are_said_so() -> None:
    assert check("--old-revs", "--delete") == ("No variants are stored.\n", "")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--delete"], "--delete goes with --old-revs. --fix deletes originals without an image."),
        (
            ["--old-revs", "--keep", "v1"],
            "Error: argument --keep: v1 is not a rev: 8 hex digits, as --old-revs lists them",
        ),
        (["--old-revs", "--days", "-1"], "Error: argument --days: -1 is not a number of days"),
    ],
)
def test_a_wrong_option_is_explained(options: list[str], message: str) -> None:
    assert check(*options) == ("", message)


def test_old_revs_in_storage_that_is_unavailable_can_be_asked_for_again(root: Path) -> None:
    root.rename(root.with_name("elsewhere"))
    assert check("--old-revs")[1].endswith("Repeat the command: it goes on with what is left.")
