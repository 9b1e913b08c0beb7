"""A worker process: calls one handler with one event after another, as a warm Lambda sandbox does.

It exchanges frames over stdin and stdout: four bytes of length, then JSON. It ends when stdin is closed, and so
with its server.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from typing import Any, BinaryIO

from infra.local.cloudfront.distribution import LambdaFunction
from infra.local.cloudfront.handlers import Handler, HandlerMissingError, LambdaContext, find_handler


def main(spelled: str) -> None:
    """``spelled`` is the `LambdaFunction` as JSON."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole process group; the server handles it
    frames = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what the handler prints must not end up among the frames
    function = LambdaFunction(**json.loads(spelled))
    try:
        handler = find_handler(function)
    except HandlerMissingError as error:
        write_frame(frames, {"error": str(error)})
        return
    write_frame(frames, {"ready": True})
    while (event := read_frame(sys.stdin.buffer)) is not None:
        write_frame(frames, _call(handler, event, LambdaContext.of(function)))


def _call(handler: Handler, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    try:
        result = handler(event, context)
        # A result that JSON cannot express is the handler's error; it must not end the worker.
        json.dumps(result)
    except Exception:
        return {"error": traceback.format_exc()}
    return {"result": result}


def read_frame(stream: BinaryIO) -> Any:
    """Return None at the end of ``stream``."""
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
