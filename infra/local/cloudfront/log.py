"""Log lines on stderr: one for each request, and one for each rule that a function breaks."""

from __future__ import annotations

import json
import sys


def request(method: str, url: str, status: int, x_cache: str, seconds: float) -> None:
    # The URL as JSON: a line break in it must not start a new log line.
    line = (
        f'cloudfront method={method} uri={json.dumps(url)} status={status} x-cache="{x_cache}" ms={seconds * 1000:.1f}'
    )
    print(line, file=sys.stderr)


def function_failed(function: str, reason: str) -> None:
    print(f"cloudfront function={function} fault={json.dumps(reason)}", file=sys.stderr)


def cache_failed(error: OSError) -> None:
    print(f"cloudfront cache={json.dumps(str(error))}", file=sys.stderr)
