"""The ids of our checks' messages; each must have a hint."""

from __future__ import annotations

from django.core.checks import run_checks


def found(*, deploy: bool = False) -> list[str]:
    messages = run_checks(include_deployment_checks=deploy)
    ours = [message for message in messages if message.id and message.id.startswith("imagehub.")]
    assert all(message.hint for message in ours), ours
    return [str(message.id) for message in ours]
