"""Checks of MySQL and MariaDB: their character sets must hold every key, and their collations must tell keys apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connections, router

from assets.fields import EXACT_COLLATION, ExactCharField

_CHARACTER_SET = "utf8mb4"
_COLUMNS = """
SELECT table_name, column_name, character_set_name, collation_name FROM information_schema.columns
WHERE table_schema = DATABASE() AND character_set_name IS NOT NULL ORDER BY table_name, column_name
"""


@register(Tags.database)
def check_databases(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """The database of the images, also where a command names none: only MySQL is asked anything."""
    aliases = {*(databases or ()), router.db_for_write(apps.get_model("imagehub", "Asset"))}
    return [message for alias in sorted(aliases) if connections[alias].vendor == "mysql" for message in _check(alias)]


def _check(alias: str) -> Iterator[CheckMessage]:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT @@character_set_database")
            default = cursor.fetchone()[0]
            cursor.execute(_COLUMNS)
            rows = cursor.fetchall()
    except DatabaseError:  # Django's own commands report it
        return
    ours = {model._meta.db_table: model for model in apps.get_app_config("imagehub").get_models()}
    columns = [row for row in rows if row[0] in ours]
    wrong = [f"{table}.{column} is {found}" for table, column, found, _ in columns if found != _CHARACTER_SET]
    if default != _CHARACTER_SET:
        wrong.insert(0, f"its default is {default}")
    if wrong:
        yield Error(
            f"The database {alias} cannot hold every key and text: {', '.join(wrong)}.",
            hint="ALTER DATABASE … CHARACTER SET utf8mb4, and ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4 for each.",
            id="imagehub.E020",
        )
    exact = {(t, f.column) for t, model in ours.items() for f in model._meta.fields if isinstance(f, ExactCharField)}
    blurred = [f"{row[0]}.{row[1]}" for row in columns if tuple(row[:2]) in exact and row[3] != EXACT_COLLATION]
    if blurred:  # not an error, since `migrate` would refuse to run
        yield Warning(
            f"The database {alias} takes two keys that differ in case or accents for one: {', '.join(blurred)}.",
            hint="Run python manage.py migrate. After a CONVERT TO, give these columns COLLATE utf8mb4_bin again.",
            id="imagehub.W021",
        )
