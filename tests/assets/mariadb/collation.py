"""What a collation that ignores case and accents would get wrong. Run by ``test_on_mariadb.py``."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from assets.models import Asset, ManifestState, Preset, PresetUse, Purge
from tests.assets.images import image_file, make_asset
from tests.assets.purge_support import Action, originals, queue, run

pytestmark = pytest.mark.django_db(transaction=True)

#: Each pair is one key for utf8mb4_general_ci, and two for S3.
PAIRS = [("Holiday.jpg", "holiday.jpg"), ("\u00c9.jpg", "e.jpg"), ("stra\u00dfe.jpg", "strase.jpg")]
#: The columns that earlier releases made with the database's own collation, and their lengths.
COLUMNS = (
    ("imagehub_asset", "key", 512),
    ("imagehub_purge", "subject", 512),
    ("imagehub_manifeststate", "fallback_key", 512),
    ("imagehub_preset", "name", 50),
)


@pytest.fixture(autouse=True)
def _mariadb() -> None:
    assert connection.vendor == "mysql"


def collations() -> set[str]:
    names = ("asset.key", "purge.subject", "manifeststate.fallback_key", "preset.name", "presetuse.name")
    sql = "SELECT collation_name FROM information_schema.columns WHERE table_schema = DATABASE() AND column_name = %s"
    found = set()
    with connection.cursor() as cursor:
        for table, _, column in (name.partition(".") for name in names):
            cursor.execute(f"{sql} AND table_name = %s", [column, f"imagehub_{table}"])
            found.add(cursor.fetchone()[0])
    return found


def as_an_earlier_release_made_them(character_set: str = "utf8mb4 COLLATE utf8mb4_general_ci") -> None:
    with connection.cursor() as cursor:
        for table, column, length in COLUMNS:
            kind = f"varchar({length}) CHARACTER SET {character_set} NOT NULL"
            cursor.execute(f"ALTER TABLE {table} MODIFY `{column}` {kind}")


def migrate_again() -> None:
    migration = importlib.import_module("assets.migrations.0002_preset_archive").Migration
    call_command("migrate", "imagehub", migration.dependencies[0][1], verbosity=0)
    as_an_earlier_release_made_them()
    call_command("migrate", "imagehub", verbosity=0)


@pytest.fixture
def earlier_columns() -> Iterator[None]:
    """The columns of a project that has not migrated yet."""
    as_an_earlier_release_made_them()
    yield
    migrate_again()


def complaints() -> list[tuple[str, str]]:
    found = run_checks(databases=["default"])
    return [(str(each.id), each.msg) for each in found if each.id in ("imagehub.E020", "imagehub.W021")]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_keys_that_storage_tells_apart_are_two_images(one: str, other: str) -> None:
    make_asset(one, image_file(colour="teal"))
    make_asset(other, image_file(colour="plum"))
    assert set(originals()) == {f"originals/{one}", f"originals/{other}"}
    assert [Asset.objects.get(key=key).key for key in (one, other)] == [one, other]
    with pytest.raises(IntegrityError), transaction.atomic():
        Asset._base_manager.bulk_create([Asset(key=one, original=one)])


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_a_deleted_original_goes_although_another_one_looks_alike(one: str, other: str) -> None:
    asset = make_asset(one)
    asset.delete()
    make_asset(other)
    assert run(Purge.objects.get()).state == Purge.State.DONE
    assert originals() == [f"originals/{other}"]


def test_before_the_migration_too(earlier_columns: None) -> None:
    make_asset("Holiday.jpg").delete()
    make_asset("holiday.jpg")
    assert run(Purge.objects.get()).state == Purge.State.DONE
    assert originals() == ["originals/holiday.jpg"]
    ManifestState.choose_fallback("holiday.jpg")
    assert not ManifestState.is_fallback("Holiday.jpg")
    assert [found for found, _ in complaints()] == ["imagehub.W021"]
    assert "imagehub_asset.key, imagehub_manifeststate.fallback_key" in complaints()[0][1]
    Purge.objects.all().delete()
    Asset.objects.all().delete()


def test_purges_of_two_such_keys_do_not_wait_for_each_other() -> None:
    first, second = queue("Holiday.jpg", Action.INVALIDATE), queue("holiday.jpg", Action.INVALIDATE)
    assert {row.subject for row in Purge.objects.filter(subject="holiday.jpg")} == {"holiday.jpg"}
    assert {run(row).state for row in (first, second)} == {Purge.State.DONE}


def test_the_migration_keeps_the_rows_and_the_unique_keys() -> None:
    assert collations() == {"utf8mb4_bin"}
    make_asset("Holiday.jpg")
    Preset.objects.create(name="card")
    as_an_earlier_release_made_them()
    assert collations() == {"utf8mb4_general_ci", "utf8mb4_bin"}
    migrate_again()
    assert collations() == {"utf8mb4_bin"}
    assert Asset.objects.get().key == "Holiday.jpg"
    make_asset("holiday.jpg")
    with pytest.raises(IntegrityError), transaction.atomic():
        PresetUse.objects.bulk_create([PresetUse(name="card"), PresetUse(name="card")])
    assert complaints() == []


def test_columns_that_cannot_hold_every_key_are_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE imagehub_asset MODIFY title varchar(200) CHARACTER SET latin1 NOT NULL")
        found = complaints()
        cursor.execute("ALTER TABLE imagehub_asset MODIFY title varchar(200) CHARACTER SET utf8mb4 NOT NULL")
    assert found == [
        ("imagehub.E020", "The database default cannot hold every key and text: imagehub_asset.title is latin1.")
    ]
