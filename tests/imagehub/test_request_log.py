"""The line in the log for each request."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import Client


@pytest.mark.django_db
def test_each_request_has_a_line_with_facts_and_without_parameters(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "imagehub.request_log"):
        client.get("/admin/imagehub/asset/?q=somebody")
        client.get("/healthz")
    record: Any
    (record,) = [each for each in caplog.records if each.name == "imagehub.request_log"]
    assert record.getMessage() == "GET /admin/imagehub/asset/ 302"
    assert (record.method, record.view, record.status) == ("GET", "admin:imagehub_asset_changelist", 302)
    assert record.ms >= 0
    assert "somebody" not in str(vars(record)["path"])
