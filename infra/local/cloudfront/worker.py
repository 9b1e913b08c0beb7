"""A worker process: one handler, called with one event after another, as a warm Lambda sandbox is.

Frames on stdin and stdout: four bytes of length, then JSON. It ends with its stdin, and so with its server.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from typing import Any, BinaryIO

from infra.local.cloudfront.distribution import Function
from infra.local.cloudfront.handlers import Context, Handler, HandlerMissingError, find_handler


def main(spelled: str) -> None:
    """``spelled`` is the `Function` as JSON."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the server decides
    frames = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what the handler prints must not end up among the frames
    function = Function(**json.loads(spelled))
    try:
        handler = find_handler(function)
    except HandlerMissingError as error:
        write_frame(frames, {"error": str(error)})
        return
    write_frame(frames, {"ready": True})
    while (event := read_frame(sys.stdin.buffer)) is not None:
        write_frame(frames, _call(handler, event, Context.of(function)))


def _call(handler: Handler, event: dict[str, Any], context: Context) -> dict[str, Any]:
    try:
        result = handler(event, context)
        json.dumps(result)
    except Exception:
        return {"error": traceback.format_exc()}
    return {"result": result}


def read_frame(stream: BinaryIO) -> Any:
    """`None` at the end of ``stream``."""
    length = stream.read(4)
    return json.loads(stream.read(int.from_bytes(length, "big"))) if length else None


def write_frame(stream: BinaryIO, value: object) -> None:
    stream.write(frame(value))
    stream.flush()


def frame(value: object) -> bytes:
    data = json.dumps(value).encode()
    return len(data).to_bytes(4, "big") + data


if __name__ == "__main__":
    main(sys.argv[1])
