"""Times of one clock: the database's, which all processes share.

The clocks of two machines differ, and with ``USE_TZ = False`` an hour of local time happens twice a year. So times that
are compared are whole seconds since 1970, told by the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import NotSupportedError, connections, models
from django.db.models import Func

if TYPE_CHECKING:
    _BigInteger = models.BigIntegerField[int, int]
else:
    _BigInteger = models.BigIntegerField

#: None depends on the session's time zone or on when the transaction began.
_SECONDS = {
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400 AS INTEGER)",  # https://sqlite.org/lang_datefunc.html
    # https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-CURRENT
    "postgresql": "CAST(FLOOR(EXTRACT(EPOCH FROM CLOCK_TIMESTAMP())) AS BIGINT)",
    # https://mariadb.com/docs/server/reference/sql-functions/date-time-functions/unix_timestamp
    "mysql": "UNIX_TIMESTAMP()",
}


class DatabaseSeconds(Func):
    """The database's clock as an expression, in whole seconds since 1970."""

    output_field = models.BigIntegerField()

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[str | int, ...]]:  # noqa: ARG002
        return _expression(connection), ()


class DatabaseSecondsField(_BigInteger):
    """The time of the last save or, with ``auto_now_add``, of the first one.

    An instance knows it only after it has been read from the database. A queryset's ``update`` sets `DatabaseSeconds`.
    """

    def __init__(self, *args: Any, auto_now_add: bool = False, **kwargs: Any) -> None:
        self.auto_now_add = auto_now_add
        super().__init__(*args, **{**kwargs, "default": 0, "editable": False})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs = {key: value for key, value in kwargs.items() if key not in ("default", "editable")}
        return name, path, args, {**kwargs, "auto_now_add": True} if self.auto_now_add else kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if add or not self.auto_now_add:
            return DatabaseSeconds()
        return super().pre_save(model_instance, add)


def database_seconds(using: str) -> int:
    """What the clock of the database ``using`` says now, in whole seconds since 1970."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_expression(connection)}")
        return int(cursor.fetchone()[0])


def _expression(connection: Any) -> str:
    try:
        return _SECONDS[connection.vendor]
    except KeyError:
        raise NotSupportedError(f"imagehub does not know the clock of {connection.display_name}.") from None
