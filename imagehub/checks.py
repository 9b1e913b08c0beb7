"""Checks of this project's own settings."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connection


@register
def check_secret_key(**_: Any) -> list[CheckMessage]:
    """A generated key is this machine's own, so sessions of another machine would be invalid here."""
    if connection.vendor == "sqlite" or not settings.SECRET_KEY_IS_GENERATED:
        return []
    text = f"SECRET_KEY was generated for {settings.DATA_DIR}, but the database may serve several machines."
    return [Warning(text, hint="Set SECRET_KEY in the environment, the same on each machine.", id="demo.W001")]


#: A worker keeps a message until a retry starts, in at most 600 s, and until the task ends, in at most 300 s.
_LONGEST_SECONDS = 900


@register(deploy=True)
def check_queue(**_: Any) -> list[CheckMessage]:
    """Whether the queue of SQS is there and gives a worker the time that it may need."""
    if not settings.CELERY_BROKER_URL.startswith("sqs:"):
        return []
    try:
        attributes = _queue_attributes()
    except Exception as error:  # of boto3, of which there are many
        hint = "Check CELERY_QUEUE_URL, the credentials, and their right to sqs:GetQueueAttributes."
        return [Error(f"The queue {settings.CELERY_QUEUE_URL} cannot be read: {error}", hint=hint, id="demo.E001")]
    return list(_check_attributes(attributes))


def _queue_attributes() -> dict[str, str]:
    from botocore.config import Config  # a process with another broker should not spend the time to load it

    from assets import aws

    options: dict[str, Any] = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    endpoint = None if options["is_secure"] else settings.CELERY_BROKER_URL.replace("sqs:", "http:", 1)
    timeouts = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2})
    client: Any = aws.client("sqs", region=str(options["region"]), endpoint=endpoint, config=timeouts)
    names = ["VisibilityTimeout", "RedrivePolicy"]
    answer = client.get_queue_attributes(QueueUrl=settings.CELERY_QUEUE_URL, AttributeNames=names)
    return dict(answer.get("Attributes", {}))


def _check_attributes(attributes: dict[str, str]) -> Iterator[CheckMessage]:
    seconds = int(attributes.get("VisibilityTimeout", 0))
    if seconds <= _LONGEST_SECONDS:
        yield Warning(
            f"The queue shows a message to another worker after {seconds} seconds, so tasks would run twice at a time.",
            hint="Set its VisibilityTimeout to 1200, as infra/task_queue.yaml does.",
            id="demo.W003",
        )
    if "RedrivePolicy" not in attributes:
        yield Warning(
            "The queue has no dead-letter queue, so a message that ends each worker is delivered for days.",
            hint="Set its RedrivePolicy, as infra/task_queue.yaml does.",
            id="demo.W004",
        )


@register
def check_data_directory(**_: Any) -> list[CheckMessage]:
    """A directory that existed before keeps its permissions: other programs may rely on them."""
    mode = stat.S_IMODE(settings.DATA_DIR.stat().st_mode)
    if not mode & (stat.S_IRWXG | stat.S_IRWXO):
        return []
    text = f"Other users of this machine can enter {settings.DATA_DIR}, which has the database, originals and keys."
    hint = f"Its mode is {mode:04o}. Run: chmod -R go= {settings.DATA_DIR}"
    return [Warning(text, hint=hint, id="demo.W002")]
