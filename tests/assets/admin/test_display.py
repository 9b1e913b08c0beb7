"""Dates and links as the pages write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib import admin
from django.utils import timezone

from assets.admin.display import admin_url, day, media, moment

NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "text"), [("UTC", "31 Dec 2026"), ("Europe/Berlin", "1 Jan 2027")])
def test_a_day_is_that_of_the_time_zone(zone: str, text: str) -> None:
    with timezone.override(zone):
        assert day(NEW_YEAR) == text


def test_a_moment_names_its_time_zone() -> None:
    with timezone.override("Europe/Berlin"):
        assert moment(NEW_YEAR) == "1 Jan 2027, 00:30 CET"
    assert moment(None) == ""


def test_a_naive_time_is_shown_as_it_is(settings: Any) -> None:
    settings.USE_TZ = False
    assert day(datetime(2026, 12, 31, 23, 30)) == "31 Dec 2026"  # as with USE_TZ=False


def test_a_page_that_a_site_does_not_have_has_no_url() -> None:
    assert admin_url(admin.site, "asset", "changelist") == "/admin/imagehub/asset/"
    assert admin_url(admin.site, "nothing", "changelist") == ""


def test_every_page_has_the_base_style_sheet_first() -> None:
    assert media("list", "form")._css_lists == [{"all": [f"imagehub/{name}.css" for name in ("base", "list", "form")]}]  # type: ignore[attr-defined]
