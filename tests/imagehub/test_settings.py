"""The project's settings, as separate processes meet them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.deployment import Deployment

_IMPORTS = "from django.contrib.auth.models import Group; from django.db import connection, transaction\n"
_COUNT = """
for _ in range(50):
    with transaction.atomic():
        group = Group.objects.get()
        group.name = str(int(group.name) + 1)
        group.save()
"""
_READ = 'print(Group.objects.get().name, connection.cursor().execute("PRAGMA journal_mode").fetchone()[0])'


def test_processes_that_write_to_sqlite_at_once_wait_for_each_other_and_lose_nothing(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path)
    deployment.django(_IMPORTS + 'Group.objects.create(name="0")')
    with ThreadPoolExecutor() as pool:
        writers = [pool.submit(deployment.django, _IMPORTS + _COUNT) for _ in range(3)]
        for writer in writers:
            writer.result()
    assert deployment.django(_IMPORTS + _READ) == "150 wal"
