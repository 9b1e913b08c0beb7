"""What the regional mode relies on. In the edge mode these questions have nothing to ask."""

from __future__ import annotations

from edge.contract.recipe import Recipe
from tests.smoke.question import GUIDE, Observation, Verdict, observed, only_in, question
from tests.smoke.visit import Visit

_GROUPS = f"{GUIDE}/high_availability_origin_failover.html"
_FULL_SIZE = Recipe()


@question(
    documented="an origin group fails over for GET, HEAD and OPTIONS on the statuses that it lists",
    source=_GROUPS,
    otherwise="infra/template.yaml: the origin group's status codes; the bucket policy decides between 403 and 404",
)
@only_in("regional")
def a_miss_reaches_the_function_url(visit: Visit) -> Observation:
    """Is a missing variant rendered by the gateway, behind its function URL and origin access control?"""
    reply = visit.get(visit.url(visit.upload("group.png")))
    rendered = "server-timing" in reply.headers
    return observed(f"{reply.status} {reply.x_cache}, rendered: {rendered}", expected=reply.status == 200 and rendered)


@question(
    documented="HEAD fails over as GET does; what the second origin gets as the method is not described",
    source=_GROUPS,
    otherwise="edge/gateway.py: the reply to HEAD",
)
@only_in("regional")
def head_through_an_origin_group(visit: Visit) -> Observation:
    """Does HEAD of a missing variant store it, without a body, and does GET then come from the bucket?"""
    target = visit.url(visit.upload("group-head.png"))
    head, get = visit.get(target, "HEAD"), visit.get(target)
    again = "server-timing" in get.headers
    text = f"HEAD {head.status}, GET {get.status} with {len(get.body)} bytes, rendered again: {again}"
    return observed(text, expected=(head.status, get.status, again) == (200, 200, False) and bool(get.body))


@question(
    documented="CloudFront sends Range on; S3 answers a missing key with an error, which the group fails over from",
    source=_GROUPS,
    otherwise="edge/gateway.py: a range of a missing variant must be answered with all of it",
    breaks=False,
)
@only_in("regional")
def a_range_through_an_origin_group(visit: Visit) -> Observation:
    """What are the replies to a range of a missing variant, and of the same one once it is cached?"""
    target = visit.url(visit.upload("group-range.png"))
    codes = [visit.get(target, range="bytes=0-9").status for _ in range(2)]
    return observed(codes, expected=codes in ([200, 206], [206, 206]))


@question(
    documented="CloudFront sends If-None-Match on when it revalidates; a 304 is no failover",
    source=_GROUPS,
    otherwise="edge/gateway.py: the ETag and Last-Modified of its replies",
    breaks=False,
)
@only_in("regional")
def if_none_match_through_an_origin_group(visit: Visit) -> Observation:
    """Does a browser that has the variant that the gateway just rendered get a 304?"""
    target = visit.url(visit.upload("group-etag.png"))
    etag = visit.get(target).headers.get("etag", "none")
    status = visit.get(target, if_none_match=etag).status
    return observed(f"ETag {etag}, then {status}", expected=status == 304)


@question(
    documented="403 is cached only with max-age; Origin Shield's cache of S3's own 403 is not described",
    source=f"{GUIDE}/HTTPStatusCodes.html",
    otherwise="infra/template.yaml: ErrorCachingMinTTL, or the shield of the bucket's origin",
)
@only_in("regional")
def the_shield_forgets_that_a_variant_was_missing(visit: Visit) -> Observation:
    """Is a variant that HEAD rendered and stored found in the bucket at once, three times in a row?"""
    renders = 0
    for number in range(3):
        target = visit.url(visit.upload(f"shield{number}.png"))
        visit.get(target, "HEAD")
        renders += "server-timing" in visit.get(target).headers
    return observed(f"rendered again: {renders} of 3", expected=renders == 0)


@question(
    documented="6 MB of response from a function URL, base64 included",
    source="https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
    otherwise="edge/gateway.py: the largest body that it sends itself",
)
@only_in("regional")
def a_body_above_one_megabyte_comes_from_the_gateway(visit: Visit) -> Observation:
    """Is a variant of more than 1 MB, which Lambda@Edge could not send, answered without a redirect?"""
    reply = visit.get(visit.url(visit.upload("group-big.png", side=700), _FULL_SIZE, "png"))
    return observed(
        f"{reply.status}, {len(reply.body)} bytes", expected=reply.status == 200 and len(reply.body) > 1 << 20
    )


@question(
    documented="origin access control signs requests to the function URL; anybody else is a 403",
    source=f"{GUIDE}/private-content-restricting-access-to-lambda.html",
    otherwise="infra/template.yaml: GatewayUrl's AuthType, and both of its permissions",
)
@only_in("regional")
def the_function_url_answers_cloudfront_alone(visit: Visit) -> Observation:
    """Is a request that does not come through the distribution refused?"""
    if not visit.stack.gateway_url:
        return Observation("the stack does not put out the function's URL", Verdict.UNASKED)
    status = visit.get("/smoke.png/any.00000000/w200.webp", base=visit.stack.gateway_url).status
    return observed(status, expected=status == 403)
