"""Files here are run by ``test_on_postgresql.py`` and ``test_on_mariadb.py``, whose databases lock rows."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.fixture(autouse=True)
def _locks_rows() -> None:
    assert connection.vendor in ("postgresql", "mysql")
