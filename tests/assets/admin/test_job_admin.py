"""Purges and warmings in the admin: requested by actions, viewed, tried again, with the permissions for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from assets.models import Purge, Warming
from tests.assets.job_support import Message, configure, listening

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("static_files")]

State = Purge.State


@pytest.fixture(autouse=True)
def _no_cdn(settings: Any, tmp_path: Path) -> None:
    configure(settings, tmp_path.as_uri())
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; nobody's passwords


@pytest.fixture(autouse=True)
def sent() -> Iterator[list[Message]]:
    with listening() as messages:
        yield messages


def login(client: Client, *permissions: str) -> Client:
    """An editor who may do just this."""
    user = get_user_model().objects.create_user("ed", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return client


def act(client: Client, url: str, action: str, rows: list[Any]) -> Any:
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(url, data, follow=True)


def page(job: Purge | Warming, view: str = "change") -> str:
    return reverse(f"admin:imagehub_{job._meta.model_name}_{view}", args=[job.pk])


def test_a_job_page_shows_the_progress_without_javascript(client: Client) -> None:
    login(client, "view_asset")
    warming = Warming.objects.create(keys=["a.jpg"], total=9, done=4, state=State.RUNNING)
    content = client.get(page(warming)).content.decode()
    assert '<progress value="4" max="9"' in content
    assert "4 of 9 requested" in content
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in content
    assert page(warming, "state") in content
    assert "style=" not in content
    Warming.objects.update(state=State.DONE)
    content = client.get(page(warming)).content.decode()
    assert "http-equiv" not in content
    assert "data-state-url" not in content


def test_the_state_is_available_as_json(client: Client) -> None:
    login(client, "view_asset")
    purge = Purge.objects.create(
        subject="a.jpg", state=State.RUNNING, variants_deleted=3, invalidation_status="InProgress"
    )
    assert client.get(page(purge, "state")).json() == {
        "state": "running",
        "tone": "running",
        "label": "Running",
        "open": True,
        "error": "",
        "text": "3 files deleted; CloudFront: InProgress",
    }
    warming = Warming.objects.create(total=9, done=4)
    assert client.get(page(warming, "state")).json()["done"] == 4


@pytest.mark.parametrize("view", ["change", "state", "retry"])
def test_job_pages_need_permission_to_view_images(client: Client, view: str) -> None:
    purge = Purge.objects.create(subject="a.jpg", state=State.FAILED)
    call = client.post if view == "retry" else client.get
    assert call(page(purge, view)).status_code == 302
    login(client, "view_preset")
    assert call(page(purge, view)).status_code == 403
    purge.refresh_from_db()
    assert purge.state == State.FAILED


def test_a_deleted_job_is_404(client: Client) -> None:
    login(client, "view_asset")
    assert client.get(reverse("admin:imagehub_purge_state", args=[4711])).status_code == 404


def test_failures_are_listed_and_escaped(client: Client) -> None:
    login(client, "view_asset")
    failure = {"url": "http://cdn/a.jpg?p=small&v=1", "status": 415, "reason": "<b>damaged</b>"}
    warming = Warming.objects.create(keys=["a.jpg"], total=9, done=9, state=State.FAILED, failures=[failure])
    content = client.get(page(warming)).content.decode()
    assert "http://cdn/a.jpg?p=small&amp;v=1" in content
    assert "&lt;b&gt;damaged&lt;/b&gt;" in content


def test_try_again_is_offered_for_failed_jobs_to_users_who_may_change_images(
    client: Client, sent: list[Message]
) -> None:
    purge = Purge.objects.create(subject="a.jpg", state=State.FAILED, error="No.", attempts=3)
    login(client, "view_asset", "change_asset")
    assert "Retry</button>" in client.get(page(purge)).content.decode()
    response = client.post(page(purge, "retry"))
    assert response.headers["Location"] == page(purge)
    purge.refresh_from_db()
    assert (purge.state, purge.attempts, purge.error) == (State.QUEUED, 0, "")
    assert sent == [Message("assets.tasks.run_purge", (purge.pk,), waits=False)]
    assert "Retry</button>" not in client.get(page(purge)).content.decode()
    assert b"Only failed jobs can be retried." in client.post(page(purge, "retry"), follow=True).content
    assert client.get(page(purge, "retry")).status_code == 405


def test_users_who_may_only_view_cannot_try_again(client: Client) -> None:
    purge = Purge.objects.create(subject="a.jpg", state=State.FAILED)
    login(client, "view_asset")
    assert "Retry</button>" not in client.get(page(purge)).content.decode()
    assert client.post(page(purge, "retry")).status_code == 403


def test_the_try_again_action_queues_only_failed_jobs(client: Client, sent: list[Message]) -> None:
    rows = [Purge.objects.create(subject=f"{state}.jpg", state=state) for state in State.values]
    login(client, "view_asset", "change_asset")
    url = reverse("admin:imagehub_purge_changelist")
    assert b"1 will be retried." in act(client, url, "retry_selected", rows).content
    assert [message.arguments for message in sent] == [(rows[-1].pk,)]
    assert b"None of these had failed." in act(client, url, "retry_selected", rows[:1]).content


def test_jobs_cannot_be_added_changed_or_deleted_in_the_admin(admin_client: Client) -> None:
    purge = Purge.objects.create(subject="a.jpg")
    assert admin_client.get("/admin/imagehub/purge/add/").status_code == 403
    assert admin_client.post(page(purge), {"subject": "b.jpg"}).status_code == 403
    assert admin_client.post(page(purge, "delete")).status_code == 403


def test_a_list_of_many_jobs_needs_no_query_for_each(admin_client: Client, django_assert_max_num_queries: Any) -> None:
    user = get_user_model().objects.create_user("ed")
    Purge.objects.bulk_create([Purge(subject=f"{index}.jpg", requested_by=user) for index in range(40)])
    with django_assert_max_num_queries(12):
        content = admin_client.get("/admin/imagehub/purge/").content.decode()
    assert content.count('data-tone="quiet"') == 40
