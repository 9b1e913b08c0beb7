"""What only a database with several writers at once can show. Run by ``test_on_postgresql.py``."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import Client

from assets import manifest, purge
from assets.jobs import lifecycle
from assets.jobs.lifecycle import claim
from assets.models import Asset, ManifestState, Preset, Purge
from edge.contract.manifest import OBJECT_KEY, Manifest
from edge.contract.original import OriginalFacts
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Store
from tests.assets.admin.html_forms import fields_of
from tests.assets.images import image_file, make_asset
from tests.assets.job_support import Message

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")

_SECONDS = 10


@pytest.fixture(autouse=True)
def _postgresql() -> None:
    assert connection.vendor == "postgresql"


def in_thread(work: Callable[[], T]) -> T:
    """What ``work`` returns, on a connection of this thread's own."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{_SECONDS}s'")
        return work()
    finally:
        connection.close()


def at_once(*work: Callable[[], T]) -> list[T]:
    """What each returns, all started at the same moment."""
    barrier = threading.Barrier(len(work))

    def start(each: Callable[[], T]) -> T:
        barrier.wait()
        return in_thread(each)

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(start, work))


def published(store: Store) -> Manifest:
    return Manifest.parse(store.get(OBJECT_KEY).body)


# Purges


def test_purges_of_one_subject_run_one_at_a_time() -> None:
    for _ in range(10):
        Purge.objects.all().delete()
        rows = [Purge.objects.create(subject="a.jpg") for _ in range(4)]
        claims = at_once(*(lambda pk=row.pk: claim(purge.rivals(pk), pk) for row in rows))
        assert len([each for each in claims if each]) == 1
        assert Purge.objects.filter(state=Purge.State.RUNNING).count() == 1


def test_a_purge_with_two_messages_is_claimed_once() -> None:
    for _ in range(10):
        pk = Purge.objects.create(subject="a.jpg").pk
        claims = at_once(*[lambda: claim(purge.rivals(pk), pk)] * 4)  # noqa: B023  # all done within the round
        assert len([each for each in claims if each]) == 1
        Purge.objects.all().delete()


def test_purges_of_different_subjects_do_not_wait_for_each_other() -> None:
    rows = [Purge.objects.create(subject=f"{index}.jpg") for index in range(4)]
    claims = at_once(*(lambda pk=row.pk: claim(purge.rivals(pk), pk) for row in rows))
    assert all(claims)


def ask() -> Purge:
    return purge.request_purge("a.jpg", reason=Purge.Reason.REPLACED, action=Purge.Action.DELETE_VARIANTS)


def test_requests_for_the_same_work_at_once_are_one_purge() -> None:
    for _ in range(10):
        Purge.objects.all().delete()
        assert len({row.pk for row in at_once(*[ask] * 4)}) == 1
        assert Purge.objects.count() == 1


def test_a_purge_that_a_request_joined_starts_after_the_requests_transaction() -> None:
    """Or it could delete variants of the old image, be done, and leave what the change makes outdated."""
    first = ask()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert ask() == first
            claimed = pool.submit(in_thread, lambda: claim(purge.rivals(first.pk), first.pk))
            with pytest.raises(TimeoutError):
                claimed.result(0.5)
        assert claimed.result(_SECONDS) == first


def test_a_request_while_a_worker_claims_the_purge_is_a_new_one() -> None:
    first = ask()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            claim(purge.rivals(first.pk), first.pk)
            asked = pool.submit(in_thread, ask)
            with pytest.raises(TimeoutError):
                asked.result(0.5)
        assert asked.result(_SECONDS) != first


def test_a_deadlock_is_tried_again_later(sent: list[Message]) -> None:
    row, first, second = (Purge.objects.create(subject=name, state=Purge.State.RUNNING) for name in "abc")
    locked = threading.Barrier(2)

    def lock(*purges: Purge) -> None:
        with transaction.atomic():
            for each in purges:
                Purge.objects.select_for_update().get(pk=each.pk)
                if each == purges[0]:
                    locked.wait(_SECONDS)
                    # PostgreSQL ends the transaction that notices the deadlock: the one that has waited for longer.
                    time.sleep(0.3 if each == second else 0)

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(in_thread, lambda: lock(second, first))
        lifecycle.perform(row, lambda _: lock(first, second))
        other.result(_SECONDS)
    row.refresh_from_db()
    assert row.state == Purge.State.QUEUED
    assert "deadlock detected" in row.error
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=True)]


def test_a_job_whose_row_is_locked_for_too_long_starts_later(sent: list[Message]) -> None:
    row = ask()
    sent.clear()
    with transaction.atomic():
        ask()

        def impatient() -> Purge | None:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '100ms'")
            return claim(purge.rivals(row.pk), row.pk)

        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(in_thread, impatient).result(_SECONDS) is None
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=True)]


# The manifest


def test_presets_saved_at_once_are_all_published_with_different_revisions(store: Store) -> None:
    names = ["a", "b", "c", "d"]
    at_once(*(lambda name=name: Preset(name=name, width=100).save() for name in names))
    assert sorted(preset.revision for preset in published(store).presets.values()) == [1, 2, 3, 4]
    assert sorted(published(store).presets) == names
    assert (published(store).revision, ManifestState.current().is_pending) == (4, False)


class SlowPut:
    """Holds the first write of the manifest until the test lets it go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.released = threading.Event(), threading.Event()
        self._first = threading.Lock()
        put = DirectoryStore.put

        def slow(store: DirectoryStore, object_key: str, *args: Any, **options: Any) -> Any:
            if object_key == OBJECT_KEY and self._first.acquire(blocking=False):
                self.reached.set()
                assert self.released.wait(_SECONDS)
            return put(store, object_key, *args, **options)

        monkeypatch.setattr(DirectoryStore, "put", slow)


@pytest.fixture
def slow_put(monkeypatch: pytest.MonkeyPatch) -> SlowPut:
    return SlowPut(monkeypatch)


def test_while_storage_is_slow_others_save_and_publish_and_the_later_manifest_stays(
    store: Store, slow_put: SlowPut
) -> None:
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(in_thread, lambda: Preset(name="first", width=100).save())
        assert slow_put.reached.wait(_SECONDS)
        in_thread(lambda: Preset(name="second", width=200).save())
        assert published(store).revision == 2
        slow_put.released.set()
        slow.result(_SECONDS)
    assert published(store).revision == 2
    assert sorted(published(store).presets) == ["first", "second"]
    assert not ManifestState.current().is_pending


def test_while_storage_is_slow_the_revision_counter_is_not_locked(slow_put: SlowPut) -> None:
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(in_thread, lambda: Preset(name="first", width=100).save())
        assert slow_put.reached.wait(_SECONDS)
        with transaction.atomic():
            ManifestState.objects.select_for_update(nowait=True).get()
        slow_put.released.set()
        slow.result(_SECONDS)


def test_of_many_publishers_at_once_the_last_revision_is_published(store: Store) -> None:
    Preset.objects.create(name="card", width=100)
    for width in range(101, 111):
        Preset._base_manager.update(width=width)
        ManifestState.request_revision()
        ManifestState.objects.update(published_revision=0)
        at_once(*[manifest.publish] * 4)
        found = published(store)
        assert (found.revision, found.presets["card"].recipe.width) == (
            ManifestState.current().requested_revision,
            width,
        )
        assert not ManifestState.current().is_pending


# Originals


def test_of_two_replacements_at_once_row_and_original_belong_to_the_same_one(store: Store) -> None:
    asset = make_asset("photo.jpg")

    def replace(colour: str) -> None:
        mine = Asset.objects.get(pk=asset.pk)
        mine.original = ContentFile(image_file(colour=colour), name="x")
        mine.save()

    for _ in range(5):
        at_once(*(lambda colour=colour: replace(colour) for colour in ("red", "green", "blue")))
        row = Asset.objects.get()
        stored = store.get("originals/photo.jpg")
        assert OriginalFacts.read(stored.head.metadata) == OriginalFacts(row.version)
        assert len(stored.body) == row.bytes


class HeldPut:
    """Holds one write of the original until the test lets it go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str = "photo.jpg") -> None:
        self.reached, self.released = threading.Event(), threading.Event()
        self._first = threading.Lock()
        put = DirectoryStore.put

        def hold(store: DirectoryStore, object_key: str, *args: Any, **options: Any) -> Any:
            if object_key == f"originals/{name}" and self._first.acquire(blocking=False):
                self.reached.set()
                assert self.released.wait(_SECONDS)
            return put(store, object_key, *args, **options)

        monkeypatch.setattr(DirectoryStore, "put", hold)


@pytest.mark.parametrize("what", ["file", "focal point"])
def test_a_publication_that_was_overtaken_does_not_put_back_the_older_version(
    what: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = make_asset("photo.jpg")

    def change(number: int) -> None:
        mine = Asset.objects.get(pk=asset.pk)
        if what == "file":
            mine.original = ContentFile(image_file(colour=("red", "green")[number]), name="x")
        else:
            mine.focal_x = mine.focal_y = number
        mine.save()

    held = HeldPut(monkeypatch)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(in_thread, lambda: change(0))
        assert held.reached.wait(_SECONDS)
        in_thread(lambda: change(1))
        held.released.set()
        slow.result(_SECONDS)
    row = Asset.objects.get()
    stored = store.get("originals/photo.jpg")
    assert (row.state, row.incoming) == (Asset.State.PUBLISHED, "")
    assert OriginalFacts.read(stored.head.metadata) == row.facts
    assert len(stored.body) == row.bytes
    assert Purge.objects.exists()


def test_while_storage_is_slow_the_row_is_not_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    asset = make_asset("photo.jpg")
    held = HeldPut(monkeypatch)

    def replace() -> None:
        mine = Asset.objects.get(pk=asset.pk)
        mine.original = ContentFile(image_file(colour="red"), name="x")
        mine.save()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(in_thread, replace)
        assert held.reached.wait(_SECONDS)
        with transaction.atomic():
            Asset.objects.select_for_update(nowait=True).get()
        held.released.set()
        slow.result(_SECONDS)


def test_a_slow_upload_delays_no_other_image(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make_asset("first.jpg"), make_asset("second.jpg")
    reached, released = threading.Event(), threading.Event()
    put = DirectoryStore.put

    def slow(store: DirectoryStore, object_key: str, *args: Any, **options: Any) -> Any:
        if object_key == "originals/first.jpg":
            reached.set()
            assert released.wait(_SECONDS)
        return put(store, object_key, *args, **options)

    monkeypatch.setattr(DirectoryStore, "put", slow)

    def replace(asset: Asset) -> None:
        asset.original = ContentFile(image_file(colour="red"), name="x")
        asset.save()

    with ThreadPoolExecutor(1) as pool:
        upload = pool.submit(in_thread, lambda: replace(first))
        assert reached.wait(_SECONDS)
        in_thread(lambda: replace(second))
        in_thread(lambda: Preset(name="card", width=100).save())
        assert not upload.done()
        released.set()
        upload.result(_SECONDS)


# Editors


def post_at_once(url: str, forms: list[dict[str, str]]) -> list[Any]:
    """The answers to these forms, each sent by an editor of its own at the same moment."""
    clients = []
    for number in range(len(forms)):
        client = Client()
        client.force_login(get_user_model().objects.create_superuser(f"editor{number}"))
        clients.append(client)
    return at_once(*(lambda c=c, form=form: c.post(url, form) for c, form in zip(clients, forms, strict=True)))


def test_of_editors_who_save_one_field_at_once_one_saves_and_the_others_are_asked(admin_client: Client) -> None:
    asset = make_asset("photo.jpg", title="Before")
    url = f"/admin/imagehub/asset/{asset.pk}/change/"
    form = fields_of(admin_client.get(url).content.decode(), "asset_form")
    answers = post_at_once(url, [{**form, "title": f"Title {number}"} for number in range(4)])
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 302]
    saved = Asset.objects.get().title
    for number, answer in enumerate(answers):
        assert (answer.status_code == 302) == (saved == f"Title {number}")
        if answer.status_code == 200:
            assert saved in answer.content.decode()
            assert f"Title {number}" in answer.content.decode()


def test_editors_who_save_different_fields_at_once_all_save(admin_client: Client) -> None:
    preset = Preset.objects.create(name="card", width=300)
    url = f"/admin/imagehub/preset/{preset.pk}/change/"
    form = fields_of(admin_client.get(url).content.decode(), "preset_form")
    changes = [{"quality": "70"}, {"bg": "000000"}, {"gravity": "north"}, {"up": "on"}]
    answers = post_at_once(url, [{**form, **change} for change in changes])
    assert [answer.status_code for answer in answers] == [302] * 4
    found = Preset.objects.values_list("quality", "bg", "gravity", "up").get()
    assert found == (70, "000000", "north", True)
