"""Which presets pages ask for: recorded after the request, and never at a page's cost."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection

from assets import preset_uses
from assets.links import img_url
from assets.models import Preset, PresetUse

pytestmark = pytest.mark.django_db


def ask(name: str) -> None:
    img_url("photo.jpg", preset=name)


def finish_request() -> None:
    """As Django's test client does: the test's own connection stays open."""
    request_finished.disconnect(close_old_connections)
    request_finished.send(sender=None)
    request_finished.connect(close_old_connections)


def today() -> Any:
    return datetime.now(UTC).date()


def test_what_a_page_asks_for_is_recorded_after_the_request(django_assert_num_queries: Any) -> None:
    Preset.objects.create(name="card", width=300)
    ask("card")
    with django_assert_num_queries(0):
        ask("card")
    assert not PresetUse.objects.exists()
    finish_request()
    assert PresetUse.objects.values_list("name", "used_on").get() == ("card", today())
    with django_assert_num_queries(0):
        ask("card")
        finish_request()


def test_a_later_day_replaces_an_earlier_one() -> None:
    Preset.objects.create(name="card", width=300)
    PresetUse.objects.create(name="card", used_on=today() - timedelta(days=40), slug="w50")
    assert not preset_uses.of(["card"])["card"].is_current
    ask("card")
    finish_request()
    assert preset_uses.of(["card"])["card"].is_current
    assert PresetUse.objects.get().slug == "w50"


def test_a_missing_preset_is_listed_with_the_day(caplog: pytest.LogCaptureFixture) -> None:
    ask("crad")
    finish_request()
    assert {name: str(use) for name, use in preset_uses.missing().items()} == {"crad": f"by a page on {today()}"}
    Preset.objects.create(name="crad", width=300)
    assert preset_uses.missing() == {}


def test_names_that_no_preset_can_have_are_not_recorded() -> None:
    for name in ("Card", "x\x00", "a" * 51):
        ask(name)
    finish_request()
    assert not PresetUse.objects.exists()


def test_a_process_records_a_limited_number_of_names_each_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preset_uses, "_MAX_NAMES", 2)
    monkeypatch.setattr(preset_uses, "_today", lambda: today() - timedelta(days=1))
    for names in ("abc", "d"):
        for name in names:
            ask(name)
        finish_request()
    assert sorted(PresetUse.objects.values_list("name", flat=True)) == ["a", "b"]
    monkeypatch.setattr(preset_uses, "_today", today)
    ask("card")
    finish_request()
    assert PresetUse.objects.filter(name="card", used_on=today()).exists()


@pytest.fixture
def without_table() -> Iterator[None]:
    with connection.schema_editor() as editor:
        editor.delete_model(PresetUse)
    yield
    with connection.schema_editor() as editor:
        editor.create_model(PresetUse)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_fails_does_no_harm(without_table: None, caplog: pytest.LogCaptureFixture) -> None:
    Preset._base_manager.bulk_create([Preset(name="card", width=300)])
    ask("card")
    with caplog.at_level(logging.WARNING, "assets.preset_uses"):
        finish_request()
    assert "The use of the presets card could not be recorded" in caplog.text
