"""The gateway's handler, with a line for each call in the file that `CALLS` names."""

from __future__ import annotations

import os
from pathlib import Path

from edge import gateway
from edge.payload.event import PayloadEvent
from edge.payload.reply import PayloadReply
from tests.bench.sih_jobs import CALLS


def handler(event: PayloadEvent, context: object) -> PayloadReply:
    """Several processes append at once; short writes in append mode are atomic."""
    with Path(os.environ[CALLS]).open("a") as calls:
        calls.write(f"{event['rawPath'][:40]}\n")
    return gateway.handler(event, context)
