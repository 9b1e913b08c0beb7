"""Settings of Django that change what an app meets."""

from __future__ import annotations

from tests.hosts.conftest import MakeHost


def test_users_with_a_uuid_for_a_key(make_host: MakeHost) -> None:
    host = make_host('INSTALLED_APPS += ["people"]\nAUTH_USER_MODEL = "people.User"')
    host.write("people/__init__.py", "")
    host.write(
        "people/models.py",
        "import uuid\n"
        "from django.contrib.auth.models import AbstractUser\n"
        "from django.db import models\n\n"
        "class User(AbstractUser):\n"
        "    id = models.UUIDField(primary_key=True, default=uuid.uuid4)\n",
    )
    host.write("people/migrations/__init__.py", "")
    host.manage("makemigrations", "people", "--verbosity=0")

    host.visit("project_settings.uuid_users")


def test_times_without_time_zones(make_host: MakeHost) -> None:
    make_host("USE_TZ = False").visit("project_settings.naive_times")


def test_numbers_with_thousand_separators(make_host: MakeHost) -> None:
    make_host('USE_THOUSAND_SEPARATOR = True\nLANGUAGE_CODE = "de"').visit("project_settings.thousand_separators")


def test_a_transaction_for_each_request(make_host: MakeHost) -> None:
    make_host('DATABASES["default"]["ATOMIC_REQUESTS"] = True').visit("project_settings.atomic_requests")
