"""A project that reads from a replica, which lags: in these tests it never catches up."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from imagehub.settings import *  # noqa: F403  # a settings module
from imagehub.settings import DATABASES

DATABASES["replica"] = {**DATABASES["default"], "NAME": ":memory:", "TEST": {"NAME": ":memory:"}}
DATABASE_ROUTERS = ["tests.assets.project_settings.replica.Router"]


class Router:
    """Reads from the replica and writes to the primary database, whatever a row was read from."""

    def db_for_read(self, model: type[Model], **_hints: Any) -> str:
        return "replica"

    def db_for_write(self, model: type[Model], **_hints: Any) -> str:
        return "default"

    def allow_relation(self, *_rows: Model, **_hints: Any) -> bool:
        return True
