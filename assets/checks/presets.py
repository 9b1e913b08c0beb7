"""``check --deploy`` names the presets that pages need and editors have deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Warning, register
from django.db import DatabaseError

from assets import preset_uses


@register(deploy=True)
def check_presets(**_: Any) -> list[CheckMessage]:
    try:
        return list(_missing())
    except DatabaseError:  # not migrated yet, or unavailable: Django's own commands say so
        return []


def _missing() -> Iterator[CheckMessage]:
    for name, use in preset_uses.missing().items():
        yield Warning(
            f"There is no preset {name}, which is used {use}.",
            hint="Add it in the admin, or name another. Pages show its last recipe or the full image until then.",
            id="imagehub.W020",
        )
