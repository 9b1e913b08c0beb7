"""Work for after the commit that is wanted once, however often a transaction asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db import connections, transaction

#: What runs after a commit takes no arguments.
Callback = Callable[[], object]


def pending(using: str) -> Iterator[Callback]:
    """What the running transaction will call after its commit. What a savepoint rolled back is not among it."""
    return (entry[1] for entry in connections[using].run_on_commit)


def call_once(callback: Callback, using: str) -> None:
    """Call ``callback`` after the commit, once, and at once if no transaction is running.

    An exception in it is logged: the commit has happened, so it must not turn the request into an error.
    """
    if callback not in pending(using):
        transaction.on_commit(callback, using=using, robust=True)
