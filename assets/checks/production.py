"""Checks of what works on one machine only, where the database says that there may be several."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from django.db import connections, router

from assets.conf import Config, config
from assets.models import Asset

_LOCAL_BROKERS = ("filesystem", "memory")


@register
def check_production(**_: Any) -> list[CheckMessage]:
    try:
        found = config()
    except ImproperlyConfigured:
        return []  # imagehub.E001
    alone = connections[router.db_for_write(Asset)].vendor == "sqlite"
    return [*_check_secret_key(), *_check_credentials(found), *(() if alone else _check_shared(found))]


def _check_shared(found: Config) -> Iterator[CheckMessage]:
    if found.store.startswith("file:"):
        yield Warning(
            f'IMAGEHUB["STORE"] is the directory {found.store}, which other machines do not see.',
            hint="Use a bucket, such as s3://bucket?region=eu-west-1.",
            id="imagehub.W005",
        )
    scheme = str(current_app.conf.broker_url or "").partition("://")[0]
    if scheme in _LOCAL_BROKERS:
        yield Warning(
            f"Celery's broker is {scheme}://, which workers on other machines do not see.",
            hint="Set CELERY_BROKER_URL to a server, such as redis://host/0.",
            id="imagehub.W006",
        )


def _check_secret_key() -> Iterator[CheckMessage]:
    try:
        settings.SECRET_KEY  # noqa: B018  # raises if it is empty
    except ImproperlyConfigured as error:
        yield Error(str(error), hint="Set SECRET_KEY, the same on each machine.", id="imagehub.E009")


def _check_credentials(found: Config) -> Iterator[CheckMessage]:
    """Only the originals are read with django-storages' own credentials; CloudFront and signing keys need boto3's."""
    if not found.store.startswith("s3"):
        return
    try:
        given = getattr(storages["originals"], "access_key", None)
    except Exception:  # imagehub.E005 reports it
        return
    if given and _credentials_of_the_process() is None:
        yield Error(
            "django-storages has AWS credentials, but boto3 finds none, so purges and signing keys would fail.",
            hint="Give them in the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile or role.",
            id="imagehub.E010",
        )


def _credentials_of_the_process() -> Any:
    """What boto3 finds without asking the network: a machine's role is found by `check --deploy` or in use."""
    from botocore.session import Session  # takes 0.2 s, which only projects with a bucket should spend

    resolver = Session().get_component("credential_provider")
    resolver.remove("iam-role")
    return resolver.load_credentials()
