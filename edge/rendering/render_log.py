"""The log's lines about rendered variants and about errors, one for each.

Their fields are ``extra`` of the log record, which Lambda writes into its JSON:
https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
The template's metrics and saved queries read them; docs/logs.md lists them.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from itertools import count

from edge.contract.errors import EdgeError
from edge.contract.variant_key import VariantKey
from edge.image import Rendered

log = logging.getLogger("imagehub.render")

_renders = count()


def log_render(key: VariantKey, rendered: Rendered, bytes_in: int, ms: Mapping[str, float]) -> None:
    """``bytes_in`` is the size of what it was rendered from; ``ms`` are milliseconds by step."""
    fields = {
        "event": "rendered",
        "variant": str(key),
        "source": "original",
        "bytes_in": bytes_in,
        "bytes_out": len(rendered.body),
        "format": rendered.format,
        "width": rendered.width,
        "height": rendered.height,
        "cold": next(_renders) == 0,
        **{f"{step}_ms": round(each, 1) for step, each in ms.items()},
        "total_ms": round(sum(ms.values()), 1),
    }
    log.info("rendered %s", key, extra=fields)


def log_error(uri: str, error: EdgeError) -> None:
    """``uri`` is the path that CloudFront requested from S3."""
    variant = uri.removeprefix("/")
    fields = {"event": "error", "variant": variant, "status": error.status, "code": error.code}
    log.info("%s: %d %s", variant, error.status, error.code, extra=fields)
