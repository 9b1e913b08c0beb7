"""The routes of the HTTP API, each with what answers it. infra/api.yaml has the same, and says who may ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from edge.contract.reply import Reply
from edge.facts_reply import answer_facts
from edge.payload.event import PayloadEvent
from edge.payload.http_api import VisitorRequest, read_visitor_request
from edge.rendering.responder import Responder
from edge.visitor_reply import answer_visitor

Answer = Callable[[VisitorRequest, Callable[[], Responder]], Reply]

#: An image at some size, for everybody; and what is known of an image, for programs.
FILES, IMAGES = "/v1/files/{key+}", "/v1/images/{key+}"


def answer_route(event: PayloadEvent, open_responder: Callable[[], Responder]) -> Reply:
    """The reply to a request by the route that API Gateway chose, whatever goes wrong.

    A route of another API than ours is one for images at some size.
    """
    _, _, path = event["routeKey"].partition(" ")
    return _ANSWERS.get(path, answer_visitor)(read_visitor_request(event), open_responder)


_ANSWERS: Mapping[str, Answer] = MappingProxyType({IMAGES: answer_facts})
