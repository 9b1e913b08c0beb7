"""Only MySQL and MariaDB are asked about columns: ``tests/assets/test_on_mariadb.py`` has those that are wrong."""

from __future__ import annotations

from typing import Any

import pytest

from assets.checks.databases import check_databases


@pytest.mark.django_db
def test_other_databases_are_not_asked(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert check_databases(databases=["default"]) == check_databases() == []
