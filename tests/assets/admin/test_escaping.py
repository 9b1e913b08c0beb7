"""Text from editors is escaped wherever it is shown, and every change needs a CSRF token."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import User
from django.template import engines
from django.test import Client
from django.urls import reverse

from assets.models import Asset, Preset, Purge, Warming
from tests.assets.admin.forms import ADD, change_url, post
from tests.assets.images import image_file, make_asset

pytestmark = pytest.mark.django_db

EVIL = "\"'><script>alert(1)</script>{% now 'Y' %}{{ 7|add:7 }}"
KEY = "a'<img src=x onerror=alert(1)>&.jpg"


@pytest.fixture
def evil() -> Asset:
    return make_asset(KEY, title=EVIL, alt_text=EVIL)


@pytest.fixture
def pages(evil: Asset) -> list[str]:
    """Every page that shows an asset or its jobs."""
    Preset.objects.create(name="card", width=300)
    purge = Purge.objects.create(subject=KEY, error=EVIL, state="failed", invalidation_status=EVIL[:32])
    failure = {"url": EVIL, "status": 500, "reason": EVIL}
    warming = Warming.objects.create(keys=[KEY], total=1, error=EVIL, state="failed", failures=[failure])
    jobs = [
        reverse(f"admin:imagehub_{job._meta.model_name}_{view}", args=[job.pk] if view == "change" else [])
        for job in (purge, warming)
        for view in ("change", "changelist")
    ]
    admin = [reverse("admin:imagehub_asset_changelist"), change_url(evil)]
    return ["/gallery/", "/admin/", *admin, reverse("admin:imagehub_asset_delete", args=[evil.pk]), *jobs]


class _Markup(HTMLParser):
    """What a browser would make an element of, or run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.live: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.live.append(str(self.get_starttag_text()))
        if any(name.startswith("on") for name in given) or given.get("src") == "x":
            self.live.append(str(self.get_starttag_text()))


def unharmed(html: str) -> None:
    assert _Markup(html).live == []
    assert "{{ 7|add:7 }}" in html or "7|add" not in html, "what was typed is no template"


def test_the_parser_finds_live_markup() -> None:
    assert len(_Markup("<script>alert(1)</script><img src=x onerror=alert(1)><p title='<script>'>").live) == 2


def test_text_from_editors_never_becomes_markup(admin_client: Client, pages: list[str]) -> None:
    for page in pages:
        response = admin_client.get(page)
        assert response.status_code == 200, page
        unharmed(response.content.decode())
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]


def test_text_in_messages_never_becomes_markup(admin_client: Client, evil: Asset, admin_user: User) -> None:
    for name in (KEY, "<script>alert(1)</script>.jpg"):
        unharmed(post(admin_client, ADD, image_file(), name=name, key=KEY, title=EVIL).content.decode())
        unharmed(post(admin_client, ADD, b"<svg onload=alert(1)>", name=name, title=EVIL).content.decode())
    saved = post(admin_client, change_url(evil), None, title=EVIL)
    unharmed(saved.content.decode())
    action = {"action": "purge_selected", "_selected_action": [evil.pk]}
    for answer in ({}, {"post": "yes"}):
        chosen = {**action, **answer}
        unharmed(admin_client.post(reverse("admin:imagehub_asset_changelist"), chosen, follow=True).content.decode())


def test_a_jobs_state_is_served_as_json_and_nothing_else(admin_client: Client, pages: list[str]) -> None:
    response = admin_client.get(reverse("admin:imagehub_purge_state", args=[Purge.objects.get().pk]))
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert json.loads(response.content)["error"] == EVIL


@pytest.mark.parametrize("engine", ["tag", "as"])
def test_a_url_cannot_leave_its_attribute(evil: Asset, engine: str) -> None:
    tags = {
        "tag": '<img src="{% img_url photo 300 %}">',
        "as": "{% img_url photo 300 as url %}<img src='{{ url }}'>",
    }
    html = engines["django"].from_string("{% load imagehub %}" + tags[engine]).render({"photo": evil})
    unharmed(html)
    assert re.fullmatch(r"<img src=([\"'])[^\"'<>\s]+\1>", html)


@pytest.mark.parametrize(
    "target",
    ["admin:imagehub_asset_add", "admin:imagehub_asset_changelist", "admin:imagehub_purge_changelist", "admin:index"],
)
def test_posts_need_a_csrf_token(admin_user: User, target: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)
    body = {"original": "", "action": "purge_selected", "_selected_action": "1", "post": "yes"}
    assert client.post(reverse(target), body).status_code == 403


def test_trying_a_job_again_needs_a_post_with_a_csrf_token(admin_user: User) -> None:
    job = Purge.objects.create(subject="a.jpg", state="failed")
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)
    assert client.post(reverse("admin:imagehub_purge_retry", args=[job.pk])).status_code == 403
    assert client.get(reverse("admin:imagehub_purge_retry", args=[job.pk])).status_code == 405
    job.refresh_from_db()
    assert job.state == "failed"


@pytest.mark.parametrize("view", ["state", "retry", "change"])
def test_users_who_may_not_view_images_see_no_jobs(view: str, django_user_model: type[User]) -> None:
    job = Purge.objects.create(subject="secret.jpg", state="failed")
    url = reverse(f"admin:imagehub_purge_{view}", args=[job.pk])
    staff = django_user_model.objects.create_user("staff", password="x", is_staff=True)
    for client, status in ((Client(), 302), (Client(), 403)):
        if status == 403:
            client.force_login(staff)
        response = client.post(url) if view == "retry" else client.get(url)
        assert response.status_code == status
        assert b"secret.jpg" not in response.content
