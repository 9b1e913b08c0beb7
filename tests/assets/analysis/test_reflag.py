"""Images are flagged by what was seen before the settings asked for it."""

from __future__ import annotations

from typing import Any

import pytest

from assets.analysis.reflag import flag_known
from assets.models import Asset, Purge
from assets.reviews import decide
from edge.contract.original import Verdict
from edge.storage.objects.store import Store
from tests.assets.images import image_file, make_asset
from tests.assets.publication_support import facts
from tests.assets.review_support import VIOLENCE, decisions, record, turn_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent")]


@pytest.fixture
def seen(settings: Any) -> list[Asset]:
    """Two images of one file, and a decided one, looked at when nothing was to be flagged."""
    turn_on(settings, MODERATION_LABELS="")
    found = [make_asset(f"{name}.jpg", image_file()) for name in "ab"]
    found.append(make_asset("decided.jpg", image_file()))
    record(found[0], *VIOLENCE)
    record(make_asset("harmless.jpg", image_file(colour="navy")))
    decide(found[2].pk, "approved")
    turn_on(settings, MODERATION_LABELS="Violence")
    return found


def test_a_dry_run_names_them_and_changes_nothing(seen: list[Asset]) -> None:
    assert list(flag_known(dry_run=True)) == seen[:2]
    assert [decisions(asset) for asset in seen] == [[], [], ["approved"]]


def test_they_are_flagged_once_and_blurred_at_the_edge(seen: list[Asset], store: Store) -> None:
    assert list(flag_known()) == seen[:2]
    assert [decisions(asset) for asset in seen] == [["open"], ["open"], ["approved"]]
    for asset, verdict in zip(seen, (Verdict.BLURRED, Verdict.BLURRED, Verdict.SHOWN), strict=True):
        found = facts(store, asset.key)
        assert found is not None
        assert found.verdict is verdict
    assert Purge.objects.filter(subject="a.jpg").exists()
    assert list(flag_known()) == []


def test_without_an_analyser_nothing_is_known(seen: list[Asset], settings: Any) -> None:
    turn_on(settings, ANALYSER="")
    assert list(flag_known()) == []
