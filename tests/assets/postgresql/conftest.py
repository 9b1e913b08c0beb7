"""Files here are run by ``test_on_postgresql.py``, with a database of PostgreSQL."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.fixture(autouse=True)
def _postgresql() -> None:
    assert connection.vendor == "postgresql"
