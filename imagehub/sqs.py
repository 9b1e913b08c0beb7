"""Amazon SQS as Celery's broker: one queue that exists, so that no process needs the right to list or create any."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_AWS = re.compile(r"sqs\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?")
_FORM = "https://sqs.eu-west-1.amazonaws.com/123456789012/name"


def transport_options(broker_url: str, queue: str, queue_url: str, region: str) -> dict[str, Any]:
    """Celery's ``broker_transport_options`` for the queue at ``queue_url``, which Celery calls ``queue``.

    ``region`` counts if the URL does not name one. Raises `ImproperlyConfigured`.
    """
    parts, broker = urlsplit(queue_url), urlsplit(broker_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"CELERY_BROKER_URL is SQS, but CELERY_QUEUE_URL is {queue_url!r}. Write the queue's URL, such as {_FORM}."
        )
    if parts.path.endswith(".fifo"):
        raise ImproperlyConfigured(f"CELERY_QUEUE_URL is {queue_url!r}, a FIFO queue, which cannot delay a message.")
    if broker.username or broker.password:
        raise ImproperlyConfigured("CELERY_BROKER_URL has credentials. Write sqs://, and give the process a role.")
    match = _AWS.fullmatch(parts.hostname)
    return {
        "region": match["region"] if match else region,
        "predefined_queues": {queue: {"url": queue_url}},
        "is_secure": parts.scheme == "https",
        # Long polling, and no pause after it: an idle worker sends 130,000 requests a month, of which AWS gives a
        # million. https://aws.amazon.com/sqs/pricing/
        "wait_time_seconds": 20,
        "polling_interval": 0.1,
        "client-config": {"connect_timeout": 3, "retries": {"total_max_attempts": 2}},
    }
