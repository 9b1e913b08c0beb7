"""Sign-ins are throttled for one user name at one address, and nobody stays locked out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from imagehub.login_throttle import client_address

URL = "/admin/login/"
PASSWORD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def _users(db: None, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    for name in ("editor", "operator"):
        get_user_model().objects.create_user(name, password=PASSWORD, is_staff=True)


def sign_in(name: str, password: str = PASSWORD, address: str = "192.0.2.1", **headers: str) -> HttpResponse:
    fields = {"username": name, "password": password}
    reply = Client(REMOTE_ADDR=address, headers=headers).post(URL, fields)
    assert isinstance(reply, HttpResponse)
    return reply


def fail(count: int, name: str = "editor", **where: str) -> list[int]:
    return [sign_in(name, f"wrong {number}", **where).status_code for number in range(count)]


def test_after_five_wrong_passwords_the_right_one_is_not_checked_either() -> None:
    assert fail(5) == [200] * 4 + [429]
    reply = sign_in("editor")
    page = " ".join(reply.content.decode().split())
    assert (reply.status_code, reply["Retry-After"]) == (429, "900")
    assert "Too many failed sign-ins with this user name: 5 wrong passwords in a row." in page
    assert 'Wait 15 minutes, then <a href="/admin/login/">sign in again</a>.' in page
    assert "ask an administrator for a new one" in page


def test_another_user_at_the_same_address_is_not_locked_out() -> None:
    fail(6)
    assert sign_in("operator").status_code == 302


def test_a_user_whom_somebody_locks_out_can_sign_in_from_elsewhere() -> None:
    fail(20, "operator")
    assert sign_in("operator", address="192.0.2.2").status_code == 302


def test_a_success_forgets_the_failures() -> None:
    assert fail(4) == [200] * 4
    assert sign_in("editor").status_code == 302
    assert fail(4) == [200] * 4


def test_attempts_during_the_wait_do_not_extend_it() -> None:
    fail(5, "operator")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14, seconds=50))
    assert set(fail(20, "operator")) == {429}
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert sign_in("operator").status_code == 302


def test_the_operator_can_end_the_wait() -> None:
    fail(5, "operator")
    assert sign_in("operator").status_code == 429
    call_command("axes_reset_username", "operator", verbosity=0)
    assert sign_in("operator").status_code == 302


def test_names_of_no_user_are_throttled_alike_and_forgotten_in_time() -> None:
    assert fail(6, "nobody") == [200] * 4 + [429] * 2
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    sign_in("editor", "wrong")
    assert list(AccessAttempt.objects.values_list("username", flat=True)) == ["editor"]


def test_behind_a_proxy_the_clients_own_address_counts(settings: Any) -> None:
    settings.PROXY_COUNT = 1
    proxy = "127.0.0.1"
    for number in range(6):  # each with another invented address before the one that the proxy appends
        invented = {"X-Forwarded-For": f"203.0.113.{number}, 192.0.2.1"}
        status = sign_in("editor", "wrong", proxy, **invented).status_code
    assert status == 429
    assert sign_in("editor", PASSWORD, proxy, **{"X-Forwarded-For": "192.0.2.2"}).status_code == 302


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "address"),
    [
        (0, None, "192.0.2.1", "192.0.2.1"),
        (0, "198.51.100.1", "192.0.2.1", "192.0.2.1"),
        (1, "198.51.100.1", "127.0.0.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "127.0.0.1", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1,10.0.0.1", "127.0.0.1", "198.51.100.1"),
        (1, None, "192.0.2.1", "192.0.2.1"),
        (3, "198.51.100.1", "192.0.2.1", "192.0.2.1"),
        (1, "no address", "192.0.2.1", "192.0.2.1"),
        (1, "", "192.0.2.1", "192.0.2.1"),
        (0, None, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (0, None, "fe80::1%eth0", "fe80::"),
        (0, None, "::ffff:192.0.2.1", "192.0.2.1"),
        (0, None, "", None),
    ],
)
def test_the_address_is_what_our_outermost_proxy_saw(
    proxies: int, forwarded: str | None, remote: str, address: str | None, settings: Any
) -> None:
    settings.PROXY_COUNT = proxies
    request = RequestFactory(REMOTE_ADDR=remote).get("/", headers={"X-Forwarded-For": forwarded} if forwarded else {})
    assert client_address(request) == address
