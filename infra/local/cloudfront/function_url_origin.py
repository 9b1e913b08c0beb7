"""Asks a Lambda function as an origin, by its function URL."""

from __future__ import annotations

from infra.local.cloudfront import log
from infra.local.cloudfront.distribution import FunctionUrlOrigin
from infra.local.cloudfront.function_runner import ExecutionError, FunctionRunner
from infra.local.cloudfront.function_url import function_url_event, read_function_url_reply
from infra.local.cloudfront.header_rules import RuleBrokenError
from infra.local.cloudfront.messages import HttpRequest, HttpResponse


async def ask(origin: FunctionUrlOrigin, runner: FunctionRunner, request: HttpRequest) -> HttpResponse:
    """Call the function. What it cannot answer is a 502, as from a function URL:

    https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html
    """
    sent = HttpRequest(
        request.method, request.uri, request.querystring, (*request.headers, *origin.headers), request.client_ip
    )
    try:
        return read_function_url_reply(await runner.invoke(function_url_event(sent, origin.domain)))
    except (ExecutionError, RuleBrokenError) as error:
        log.function_failed(origin.function.name, str(error))
        return HttpResponse(502, (("content-type", "application/json"),), b'{"Message":"Internal Server Error"}')
