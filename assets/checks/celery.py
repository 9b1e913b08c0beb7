"""Checks of the Celery app that purges and warmings are sent to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from celery import Celery, current_app
from django.core.checks import CheckMessage, Warning, register

SWEEP = "assets.tasks.sweep"
#: What Celery creates for a process that has no app: celery/_state.py.
_FALLBACK_APP = "default"
#: Seconds by which the clocks of two machines may differ. A message expires by the worker's clock.
_MAX_SKEW = 60
_FILE_SCHEDULER = "celery.beat:PersistentScheduler"


@register
def check_celery(**_: Any) -> list[CheckMessage]:
    app = _app_of_other_threads()
    try:
        return [*_check_app(app), *_check_failover(app), *_check_schedule(app)]
    except Exception as error:  # a configuration is read here for the first time, and may be anything
        hint = "Correct the CELERY_ settings. See docs/setup.md."
        return [Warning(f"The Celery app cannot be configured: {error}", hint=hint, id="imagehub.W004")]


def _app_of_other_threads() -> Celery:
    """The app that a threaded server's requests find: without `Celery.set_default`, not that of this thread."""
    with ThreadPoolExecutor(1) as pool:
        app: Celery = pool.submit(current_app._get_current_object).result()  # type: ignore[attr-defined]  # a proxy's
    return app


def _check_app(app: Celery) -> Iterator[CheckMessage]:
    if app.main == _FALLBACK_APP and not app.conf.broker_url:
        yield Warning(
            "Threads find no Celery app, so purges and warmings would be sent to RabbitMQ on this machine.",
            hint="Create a Celery app, call its set_default(), and import it in your project's __init__.py.",
            id="imagehub.W002",
        )


def _check_failover(app: Celery) -> Iterator[CheckMessage]:
    # https://docs.celeryq.dev/en/stable/userguide/configuration.html#broker-channel-error-retry
    if _is_redis(str(app.conf.broker_url or "")) and not app.conf.broker_channel_error_retry:
        yield Warning(
            "Celery's workers end when Redis fails over, since it is a read-only replica for a while.",
            hint="Set CELERY_BROKER_CHANNEL_ERROR_RETRY = True and CELERY_BROKER_CONNECTION_MAX_RETRIES = None.",
            id="imagehub.W011",
        )


def _is_redis(url: str) -> bool:
    return url.partition("://")[0] in ("redis", "rediss", "sentinel")


def _check_schedule(app: Celery) -> Iterator[CheckMessage]:
    if app.conf.beat_scheduler != _FILE_SCHEDULER:
        return  # the schedule is elsewhere, as in django-celery-beat's tables
    entries = [entry for entry in app.conf.beat_schedule.values() if isinstance(entry, Mapping)]
    sweeps = [entry for entry in entries if entry.get("task") == SWEEP]
    yield from (warning for entry in sweeps for warning in _check_expiry(entry))
    if not sweeps:
        yield Warning(
            f"Celery's beat schedule has no {SWEEP}, so jobs that an outage interrupted are never retried.",
            hint=f'Add CELERY_BEAT_SCHEDULE = {{"imagehub": {{"task": "{SWEEP}", "schedule": 60}}}}.',
            id="imagehub.W003",
        )


def _check_expiry(entry: Mapping[str, Any]) -> Iterator[CheckMessage]:
    expires = (entry.get("options") or {}).get("expires")
    if isinstance(expires, int | float) and expires <= _MAX_SKEW:
        yield Warning(
            f"The messages for {SWEEP} expire after {expires} seconds, so a worker whose clock is a minute ahead drops "
            "every one.",
            hint='Write "expires": 300, or leave it out.',
            id="imagehub.W010",
        )
