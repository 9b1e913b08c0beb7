"""``check --deploy`` asks the bucket and CloudFront whether they are there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured

from assets import cloudfront
from assets.conf import config
from assets.errors import PermanentFailure, RetryLater
from assets.models import ManifestState
from assets.storage import object_store
from edge.contract.manifest import OBJECT_KEY, Manifest
from edge.storage.errors import Missing, StorageUnavailable


@register(deploy=True)
def check_deployment(**_: Any) -> list[CheckMessage]:
    try:
        distributions = config().distributions
    except ImproperlyConfigured:
        return []  # imagehub.E001
    return [*_check_manifest(), *chain.from_iterable(map(_check_distribution, distributions))]


def _check_manifest() -> Iterator[CheckMessage]:
    try:
        yield from _check_revision(Manifest.parse(object_store().get(OBJECT_KEY).body))
    except Missing:
        yield Warning(
            f"Storage has no {OBJECT_KEY}, so the edge knows no presets.",
            hint="Save a preset, or run the worker with beat, which publishes it.",
            id="imagehub.W007",
        )
    except ValueError as error:
        hint = "Save a preset: it is then written again."
        yield Warning(f"{OBJECT_KEY} in storage cannot be read: {error}", hint=hint, id="imagehub.W008")
    except StorageUnavailable as error:
        hint = "Check the bucket's name and region, the credentials and their rights."
        yield Error(f"Storage cannot be read: {error}", hint=hint, id="imagehub.E011")
    except Exception as error:  # a backend that imagehub.E005 reports, or a library's own error
        yield Error(f"Storage cannot be read: {error}", hint="Check STORAGES and STORE.", id="imagehub.E011")


def _check_revision(published: Manifest) -> Iterator[CheckMessage]:
    known = ManifestState.current().requested_revision
    if published.revision > known:
        yield Warning(
            f"The manifest in storage is revision {published.revision}, but the database has only come to {known}.",
            hint="After loaddata or a restored backup, run python manage.py publish_manifest --force.",
            id="imagehub.W022",
        )


def _check_distribution(distribution: str) -> Iterator[CheckMessage]:
    try:
        status = cloudfront.distribution_status(distribution)
    except (RetryLater, PermanentFailure) as error:
        yield Error(
            f"The distribution {distribution} cannot be read: {error}",
            hint="Check its id in IMAGEHUB, the credentials, and their right to cloudfront:GetDistribution.",
            id="imagehub.E012",
        )
    except Exception as error:
        hint = "Check CLOUDFRONT_ENDPOINT."
        yield Error(f"CloudFront cannot be asked: {error}", hint=hint, id="imagehub.E012")
    else:
        if status != "Deployed":
            yield Warning(
                f"The distribution {distribution} is {status}, not Deployed.",
                hint="Wait until its last change has reached all edges.",
                id="imagehub.W009",
            )
