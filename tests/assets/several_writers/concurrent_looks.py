"""Workers and editors who meet at one file at once. Run by ``test_on_postgresql.py`` and ``test_on_mariadb.py``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from assets import tasks
from assets.analysis import looking, rekognition
from assets.analysis.seen import Seen
from assets.models import AnalyserUsage, Analysis, Asset, Collection
from tests.assets.analysis.photographs import astronaut
from tests.assets.concurrency_support import at_once
from tests.assets.images import analysed_collection, image_file, make_asset
from tests.rekognition_server import StandIn, run_rekognition, use

pytestmark = pytest.mark.django_db(transaction=True)

State = Analysis.State


@pytest.fixture(autouse=True)
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    analysed_collection()
    with run_rekognition() as running:
        use(running, settings, monkeypatch)
        yield running


def upload(key: str = "photos/beach.jpg", *, body: bytes) -> Asset:
    return make_asset(key, body, collection=Collection.objects.get())


def test_of_workers_who_get_one_message_at_once_one_looks(server: StandIn) -> None:
    upload(body=astronaut())
    row = Analysis.objects.get()
    at_once(*[partial(tasks.run_analysis, row.pk)] * 4)
    row.refresh_from_db()
    assert (row.state, server.asked, row.calls) == (State.DONE, list(rekognition.OPERATIONS), 4)
    assert AnalyserUsage.objects.get().calls == 4


def test_an_image_that_is_uploaded_while_a_look_is_recorded_shows_it() -> None:
    for number in range(8):
        body = image_file(size=(100, 100 + number))
        first = upload(f"first-{number}.jpg", body=body)
        row = Analysis.objects.get(sha256=first.sha256)
        seen = Seen(faces=((1, 2, 3, 4),))
        at_once(lambda: looking.record(row, seen), lambda: upload(f"second-{number}.jpg", body=body))  # noqa: B023  # all done within the round
        assert [asset.faces for asset in Asset.objects.filter(sha256=first.sha256)] == [[[1, 2, 3, 4]]] * 2


def test_a_file_is_forgotten_with_the_last_image_or_kept_for_a_new_one() -> None:
    for number in range(8):
        body = image_file(size=(100, 100 + number))
        old = upload(f"old-{number}.jpg", body=body)
        looking.record(Analysis.objects.get(sha256=old.sha256), Seen(faces=((1, 2, 3, 4),)))
        at_once(Asset.objects.get(pk=old.pk).delete, lambda: upload(f"new-{number}.jpg", body=body))  # noqa: B023  # see above
        new = Asset.objects.get(sha256=old.sha256)
        state = Analysis.objects.values_list("state", flat=True).get(sha256=old.sha256)
        assert (new.faces, state) in (([[1, 2, 3, 4]], State.DONE), (None, State.QUEUED))


def test_of_copies_that_are_deleted_at_once_nothing_is_left() -> None:
    for number in range(8):
        body = image_file(size=(100, 100 + number))
        copies = [upload(f"{name}-{number}.jpg", body=body) for name in "abc"]
        at_once(*(Asset.objects.get(pk=copy.pk).delete for copy in copies))
        assert not Analysis.objects.exists()
