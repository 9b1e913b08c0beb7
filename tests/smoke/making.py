"""Replies that origin-response makes: whether CloudFront takes them as we write them."""

from __future__ import annotations

from collections import Counter

from edge.contract.recipe import Recipe
from edge.rendering.variant_reply import MAX_BODY
from tests.smoke.question import GUIDE, Seen, question, seen
from tests.smoke.visit import Visit

_WHOLE = Recipe()


@question(
    documented="transfer-encoding and via are read-only in origin-response; a result without them is a 502",
    source=f"{GUIDE}/edge-function-restrictions-all.html",
    otherwise="edge/lambda_event.py: _READ_ONLY and _ABOUT_THE_OBJECT, what `fill` keeps and drops of S3's error",
)
def a_made_reply_keeps_the_read_only_headers(visit: Visit) -> Seen:
    """Is a variant that is missing made, and taken by CloudFront?"""
    reply = visit.get(visit.url(visit.picture("made.png")))
    made = "server-timing" in reply.headers
    return seen(f"{reply.status} {reply.x_cache}, made: {made}", expected=reply.status == 200 and made)


@question(
    documented="1 MB for headers and body; whether base64's extra third counts is not written",
    source=f"{GUIDE}/cloudfront-limits.html",
    otherwise="edge/rendering/variant_reply.py: MAX_BODY",
)
def the_greatest_body_fits(visit: Visit) -> Seen:
    """Is a body of nearly MAX_BODY bytes, more than 1,000,000 as base64, taken?"""
    reply = visit.get(visit.url(visit.picture("fits.png", side=505), _WHOLE, "png"))
    size = len(reply.body)
    return seen(f"{reply.status}, {size} bytes", expected=reply.status == 200 and 0.95 * MAX_BODY < size <= MAX_BODY)


@question(
    documented="nothing: a 302 to the same URL must not be kept, and S3 has it by then",
    source=f"{GUIDE}/Expiration.html",
    otherwise="edge/rendering/redirect.py, and the cache policy's MinTTL in infra/template.yaml, which must be 0",
)
def a_body_that_does_not_fit_is_found_by_redirect(visit: Visit) -> Seen:
    """Is a variant above the limit redirected to once, and then served by S3?"""
    target = visit.url(visit.picture("big.png", side=700), _WHOLE, "png")
    first = visit.get(target)
    second = visit.get(first.headers.get("location", target))
    good = (first.status, second.status) == (302, 200) and len(second.body) > 1 << 20
    return seen(f"{first.status}, then {second.status} with {len(second.body)} bytes", expected=good)


@question(
    documented="GET and HEAD share a cache key; a body that is missing on HEAD is not described",
    source=f"{GUIDE}/lambda-generating-http-responses.html",
    otherwise="edge/origin_response.py: what HEAD is answered",
)
def head_of_what_is_missing(visit: Visit) -> Seen:
    """Does HEAD make and store a variant, reply without a body, and leave nothing in the cache that GET would find?"""
    target = visit.url(visit.picture("head.png"))
    head, get = visit.get(target, "HEAD"), visit.get(target)
    again = "server-timing" in get.headers
    text = f"HEAD {head.status}, GET {get.status} with {len(get.body)} bytes, made again: {again}"
    good = (head.status, get.status, again) == (200, 200, False) and len(get.body) > 0
    return seen(text, expected=good)


@question(
    documented="requests for the same object are collapsed at each edge cache and at Origin Shield; not promised",
    source=f"{GUIDE}/RequestAndResponseBehaviorS3Origin.html",
    otherwise="nothing: each making stores the same bytes once (If-None-Match: *); it only costs time",
    breaks=False,
)
def requests_are_collapsed(visit: Visit) -> Seen:
    """Of sixteen who ask for a missing variant at once, how many have it made, and what X-Cache do the others see?"""
    replies = visit.at_once(visit.url(visit.picture("crowd.png", side=600)), 16)
    makings = {reply.headers["server-timing"] for reply in replies if "server-timing" in reply.headers}
    x_cache = ", ".join(f"{count} {name}" for name, count in Counter(reply.x_cache for reply in replies).items())
    good = len(makings) <= 1 and len({reply.body for reply in replies}) == 1
    return seen(f"made {len(makings)} times; {x_cache}", expected=good)


@question(
    documented="uri reaches functions as the viewer wrote it; S3 reads + as a space",
    source=f"{GUIDE}/lambda-event-structure.html",
    otherwise="edge/contract/keys.py: encode and decode",
)
def odd_characters_in_a_key(visit: Visit) -> Seen:
    """Is a picture found whose key has a space, a plus, an accent and a bracket?"""
    target = visit.url(visit.picture("a b+é (1)&=.png"))
    first, second = visit.get(target), visit.hit(target)
    return seen(f"{first.status}, kept: {second}", expected=first.status == 200 and second)


@question(
    documented="S3 answers 403 for a missing key to who may not list",
    source="https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
    otherwise="edge/origin_response.py: which of S3's statuses mean that there is nothing",
)
def what_is_not_there(visit: Visit) -> Seen:
    """Is a picture that does not exist our 404, and the bucket's own listing out of reach?"""
    none, root = visit.get(visit.url(f"smoke/{visit.id}/none.png")), visit.get("/")
    code = none.headers.get("x-imagehub-error")
    good = (none.status, code, root.status) == (404, "original_missing", 400)
    return seen(f"{none.status} {code}; / is {root.status}", expected=good)


@question(
    documented="CloudFront normalises // and .. for choosing a behaviour, and passes on the raw path",
    source=f"{GUIDE}/DownloadDistValuesCacheBehavior.html",
    otherwise="edge/contract/request.py: keys are checked as they come",
)
def a_path_comes_as_it_was_written(visit: Visit) -> Seen:
    """Are double slashes and dots seen, and refused, by viewer-request?"""
    codes = [visit.get(path).status for path in ("/a//b.jpg", "/a/../b.jpg", "/a/%2e%2e/b.jpg")]
    return seen(codes, expected=codes == [400] * 3)
