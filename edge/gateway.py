"""The gateway's handler: renders, in a region, what S3 does not have.

CloudFront's origin group asks it by a function URL, after S3; visitors and programs may ask it by an HTTP API. Where
the operator has switched it on, both also take the URLs of AWS's Serverless Image Handler. Its settings are environment
variables; a wrong one stops the function at its start.
"""

from __future__ import annotations

import logging
import os
from functools import partial

from edge.api_routes import answer_route
from edge.contract.errors import InternalError
from edge.contract.reply import error_reply
from edge.gateway_settings import GatewaySettings
from edge.payload.event import PayloadEvent
from edge.payload.function_url import is_function_url, read_exchange
from edge.payload.reply import PayloadReply, spell
from edge.rendering.open_responder import open_responder
from edge.rendering.responder import reply_instead
from edge.sih.answer import SihEntry
from edge.sih.visit import read_visit

log = logging.getLogger("imagehub.gateway")

settings = GatewaySettings.read(os.environ)
_responder = partial(open_responder, settings.store, settings.renders)
_sih = SihEntry(settings.sih, _responder) if settings.sih else None


def handler(event: PayloadEvent, _context: object) -> PayloadReply:
    """The variant, a redirect to it, or an error."""
    try:
        if _sih and (visit := read_visit(event, _sih.settings.path)):
            return spell(_sih.answer(visit))
        if is_function_url(event):
            return spell(reply_instead(read_exchange(event), _responder))
        return spell(answer_route(event, _responder))
    except Exception:
        log.exception("not an event in payload format 2.0")
        return spell(error_reply(InternalError.unexpected(), ""))
