"""Replies that origin-response generates: whether CloudFront accepts them."""

from __future__ import annotations

from collections import Counter

from edge.contract.recipe import Recipe
from edge.rendering.variant_reply import MAX_BODY
from tests.smoke.question import GUIDE, Observation, observed, only_in, question
from tests.smoke.visit import Visit

_FULL_SIZE = Recipe()


@question(
    documented="transfer-encoding and via are read-only in origin-response; a result without them is a 502",
    source=f"{GUIDE}/edge-function-restrictions-all.html",
    otherwise="edge/lambda_event.py: _READ_ONLY and _ABOUT_THE_OBJECT, what `fill` keeps and drops of S3's error",
)
def a_generated_reply_keeps_the_read_only_headers(visit: Visit) -> Observation:
    """Is a missing variant rendered, and its reply accepted by CloudFront?"""
    reply = visit.get(visit.url(visit.upload("rendered.png")))
    rendered = "server-timing" in reply.headers
    return observed(f"{reply.status} {reply.x_cache}, rendered: {rendered}", expected=reply.status == 200 and rendered)


@question(
    documented="1 MB for headers and body; whether base64's extra third counts is not documented",
    source=f"{GUIDE}/cloudfront-limits.html",
    otherwise="edge/rendering/variant_reply.py: MAX_BODY",
)
def the_largest_body_is_accepted(visit: Visit) -> Observation:
    """Is a body of nearly MAX_BODY bytes, more than 1,000,000 as base64, accepted?"""
    reply = visit.get(visit.url(visit.upload("fits.png", side=505), _FULL_SIZE, "png"))
    size = len(reply.body)
    return observed(
        f"{reply.status}, {size} bytes", expected=reply.status == 200 and 0.95 * MAX_BODY < size <= MAX_BODY
    )


@question(
    documented="a header of the origin request policy is forwarded as viewer-request left it; a 302 to the same URL "
    "must not be cached, and S3 has the object by then",
    source=f"{GUIDE}/origin-request-understand-origin-request-policy.html",
    otherwise="edge/contract/verified_query.py; edge/rendering/redirect.py; in infra/template.yaml "
    "OriginRequestPolicy, and the cache policy's MinTTL, which must be 0",
)
@only_in("edge")
def a_body_that_is_too_large_is_found_by_redirect(visit: Visit) -> Observation:
    """Does one redirect to the URL itself lead to a variant above the limit, and does S3 serve it then?"""
    target = visit.url(visit.upload("big.png", side=700), _FULL_SIZE, "png")
    first = visit.get(target)
    second = visit.get(first.headers.get("location", target))
    good = (first.status, second.status) == (302, 200) and len(second.body) > 1 << 20
    good = good and first.headers["location"] == target
    return observed(f"{first.status}, then {second.status} with {len(second.body)} bytes", expected=good)


@question(
    documented="GET and HEAD share a cache key; a reply to HEAD without a body is not described",
    source=f"{GUIDE}/lambda-generating-http-responses.html",
    otherwise="edge/origin_response.py: the reply to HEAD",
)
def head_of_a_missing_variant(visit: Visit) -> Observation:
    """Does HEAD render and store a variant, reply without a body, and cache nothing that GET would find?"""
    target = visit.url(visit.upload("head.png"))
    head, get = visit.get(target, "HEAD"), visit.get(target)
    again = "server-timing" in get.headers
    text = f"HEAD {head.status}, GET {get.status} with {len(get.body)} bytes, rendered again: {again}"
    good = (head.status, get.status, again) == (200, 200, False) and len(get.body) > 0
    return observed(text, expected=good)


@question(
    documented="requests for the same object are collapsed at edge caches and at Origin Shield; this is not guaranteed",
    source=f"{GUIDE}/RequestAndResponseBehaviorS3Origin.html",
    otherwise="nothing: several renders store one object (If-None-Match: *); they only cost time",
    breaks=False,
)
def requests_are_collapsed(visit: Visit) -> Observation:
    """If sixteen viewers request a missing variant at once, how often is it rendered, and what is X-Cache?"""
    replies = visit.get_concurrently(visit.url(visit.upload("collapsed.png", side=600)), 16)
    renders = {reply.headers["server-timing"] for reply in replies if "server-timing" in reply.headers}
    x_cache = ", ".join(f"{count} {name}" for name, count in Counter(reply.x_cache for reply in replies).items())
    good = len(renders) <= 1 and len({reply.body for reply in replies}) == 1
    return observed(f"rendered {len(renders)} times; {x_cache}", expected=good)


@question(
    documented="functions get the uri as the viewer wrote it; S3 reads + as a space",
    source=f"{GUIDE}/lambda-event-structure.html",
    otherwise="edge/contract/keys.py: encode and decode",
)
def odd_characters_in_a_key(visit: Visit) -> Observation:
    """Is an image found if its key has a space, a plus, an accent and a bracket?"""
    target = visit.url(visit.upload("a b+é (1)&=.png"))
    first, second = visit.get(target), visit.is_cached(target)
    return observed(f"{first.status}, cached: {second}", expected=first.status == 200 and second)


@question(
    documented="S3 answers 403 for a missing key if the caller may not list the bucket",
    source="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
    otherwise="edge/origin_response.py: which of S3's statuses mean that an object is missing",
)
def a_missing_image(visit: Visit) -> Observation:
    """Is the reply for a missing image our 404, and is the listing of the bucket inaccessible?"""
    none, root = visit.get(visit.url(f"smoke/{visit.id}/none.png")), visit.get("/")
    code = none.headers.get("x-imagehub-error")
    good = (none.status, code, root.status) == (404, "original_missing", 400)
    return observed(f"{none.status} {code}; / is {root.status}", expected=good)


@question(
    documented="CloudFront normalises // and .. for choosing a behaviour, and passes on the raw path",
    source=f"{GUIDE}/DownloadDistValuesCacheBehavior.html",
    otherwise="edge/contract/request.py: keys are checked as they arrive",
)
def a_path_arrives_as_it_was_written(visit: Visit) -> Observation:
    """Does viewer-request see, and refuse, double slashes and dots?"""
    codes = [visit.get(path).status for path in ("/a//b.jpg", "/a/../b.jpg", "/a/%2e%2e/b.jpg")]
    return observed(codes, expected=codes == [400] * 3)
