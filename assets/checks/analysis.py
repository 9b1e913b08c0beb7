"""Checks of the settings of analysers, and with ``--deploy`` of the collections that they look at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from assets.analysis import faces
from assets.analysis.analyser import ANALYSERS
from assets.conf import Config, config
from assets.models import Collection

_REGION = re.compile(r"[a-z]+(-[a-z]+)+-[0-9]+")
_COUNT = re.compile("[1-9][0-9]{0,8}")


@register(deploy=True)
def check_collections(**_: Any) -> list[CheckMessage]:
    """Whether the analyser has anything to look at."""
    try:
        if not config().analyser or Collection.objects.filter(analysed=True).exists():
            return []
    except (DatabaseError, ImproperlyConfigured):  # others report it
        return []
    return [
        Warning(
            'IMAGEHUB["ANALYSER"] is set, but no collection is analysed, so no image is looked at.',
            hint="Switch it on for a collection in the admin, or leave ANALYSER empty.",
            id="imagehub.W023",
        )
    ]


def check_analyser(found: Config) -> Iterator[CheckMessage]:
    if found.analyser and found.analyser not in ANALYSERS:
        yield Error(
            f'IMAGEHUB["ANALYSER"] is {found.analyser!r}, which is no analyser.',
            hint=f"Use {' or '.join(ANALYSERS)}, or leave it empty.",
            id="imagehub.E014",
        )
    elif found.analyser == "faces" and not faces.is_installed():
        yield Error(
            'IMAGEHUB["ANALYSER"] is faces, but the extra faces is not installed.',
            hint='Install it: pip install "imagehub[faces]".',
            id="imagehub.E015",
        )
    elif found.analyser == "rekognition":
        yield from _check_rekognition(found)


def _check_rekognition(found: Config) -> Iterator[CheckMessage]:
    if not _REGION.fullmatch(found.analyser_region):
        yield Error(
            f'IMAGEHUB["ANALYSER_REGION"] must be the AWS region to send images to, but is {found.analyser_region!r}.',
            hint="Write a region that has Rekognition, such as eu-west-1.",
            id="imagehub.E016",
        )
    if found.analyser_endpoint and not found.analyser_endpoint.startswith(("http://", "https://")):
        yield Error(
            f'IMAGEHUB["ANALYSER_ENDPOINT"] must be a URL, but is {found.analyser_endpoint!r}.',
            hint="Leave it empty, unless another server than AWS's is to look at images.",
            id="imagehub.E017",
        )
    limits = {"PER_SECOND": found.analyser_per_second, "MONTHLY_CALLS": found.analyser_monthly_calls}
    for name, value in limits.items():
        if value and not _COUNT.fullmatch(value):
            yield Error(
                f'IMAGEHUB["ANALYSER_{name}"] must be a whole number above zero, but is {value!r}.',
                hint="Leave it empty to set no limit.",
                id="imagehub.E018",
            )
