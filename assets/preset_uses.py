"""Where presets are used: the names that pages ask for, and those that templates contain.

Names are gathered in memory and recorded after the request, at most once a day for each, so that a page makes no query.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.signals import request_finished
from django.db import DatabaseError
from django.dispatch import receiver

from assets.models import Preset, PresetUse
from assets.models.rows import primary
from assets.template_files import Place, find_presets
from edge.contract.recipe import PRESET_NAME

log = logging.getLogger(__name__)

#: A preset that a page has asked for within so many days is in use.
RECENT = timedelta(days=30)
#: How many names one process records in a day. Only a host's variable can name more.
_MAX_NAMES = 200
_asked: set[str] = set()
#: What this process has recorded, of the latest day alone.
_recorded: dict[date, frozenset[str]] = {}


@dataclass(frozen=True, slots=True)
class Use:
    """Where templates name a preset, and the last day on which a page asked for it."""

    places: tuple[Place, ...] = ()
    used_on: date | None = None

    @property
    def is_current(self) -> bool:
        """Whether a page may still need the preset."""
        return bool(self.places) or (self.used_on is not None and self.used_on > _today() - RECENT)

    def __str__(self) -> str:
        parts = [f"in {place}" for place in self.places]
        if self.used_on:
            parts.append(f"by a page on {self.used_on:%Y-%m-%d}")
        return ", ".join(parts)


def note(name: str) -> None:
    """A page asks for the preset ``name``, which may be missing."""
    _asked.add(name)


def of(names: Collection[str]) -> dict[str, Use]:
    """The use of each preset of ``names``."""
    uses = every()
    return {name: uses.get(name, Use()) for name in names}


def missing() -> dict[str, Use]:
    """The presets that templates name or pages have lately asked for, and that do not exist."""
    known = set(primary(Preset).values_list("name", flat=True))
    return {name: use for name, use in sorted(every().items()) if name not in known and use.is_current}


def every() -> dict[str, Use]:
    """The use of every name that is used."""
    places = find_presets()
    used_on = dict(primary(PresetUse).filter(used_on__isnull=False).values_list("name", "used_on"))
    return {name: Use(tuple(places.get(name, ())), used_on.get(name)) for name in {*places, *used_on}}


@receiver(request_finished, dispatch_uid="imagehub.preset_uses")
def _record(**_: Any) -> None:
    if not _asked:
        return
    today = _today()
    recorded = _recorded.get(today, frozenset())
    fresh = sorted(name for name in _asked.copy() - recorded if PRESET_NAME.fullmatch(name))
    _asked.clear()
    names = fresh[: max(_MAX_NAMES - len(recorded), 0)]
    if not names:
        return
    try:
        _write(names, today)
    except DatabaseError as error:  # the page has been sent; the next one tries again
        log.warning("The use of the presets %s could not be recorded: %s", ", ".join(names), error)
    else:
        _recorded.clear()
        _recorded[today] = recorded.union(names)


def _write(names: Collection[str], today: date) -> None:
    rows = primary(PresetUse).filter(name__in=names)
    fresh = set(names) - set(rows.values_list("name", flat=True))
    rows.exclude(used_on=today).update(used_on=today)
    new = [PresetUse(name=name, used_on=today) for name in sorted(fresh)]
    primary(PresetUse).bulk_create(new, ignore_conflicts=True)


def _today() -> date:
    return datetime.now(UTC).date()


def forget() -> None:
    """Forget what this process has seen."""
    _asked.clear()
    _recorded.clear()
