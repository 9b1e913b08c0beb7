"""What CloudFront caches, for which viewers, and which headers browsers get."""

from __future__ import annotations

from tests.smoke.question import GUIDE, Observation, Verdict, observed, question
from tests.smoke.visit import AVIF, Visit


@question(
    documented="CustomHeadersConfig may set Vary; its effect on CloudFront itself is not documented",
    source=f"{GUIDE}/understanding-response-headers-policies.html",
    otherwise="infra/template.yaml: the response headers policy; a viewer-response function could set Vary instead",
)
def vary_reaches_browsers_and_does_not_split_the_cache(visit: Visit) -> Observation:
    """Do two browsers with different Accept headers that get the same format share one copy, with Vary: Accept?"""
    target = visit.url(visit.upload("vary.png"))
    first = visit.get(target, accept=AVIF)
    shared = any("age" in visit.get(target, accept="image/webp,image/avif,*/*;q=0.5").headers for _ in range(6))
    vary = first.headers.get("vary", "none")
    return observed(f"Vary: {vary}, shared: {shared}", expected=vary.lower() == "accept" and shared)


@question(
    documented="a response headers policy adds its headers to all replies of the behaviour",
    source=f"{GUIDE}/understanding-response-headers-policies.html",
    otherwise="edge/lambda_event.py: `fill` would have to set what is missing",
)
def a_reply_of_viewer_request_gets_policy_headers(visit: Visit) -> Observation:
    """Does a 400 that viewer-request generates have nosniff, CORP and Vary, and what is its X-Cache?"""
    reply = visit.get("/smoke.png?w=x")
    names = ("x-content-type-options", "cross-origin-resource-policy", "vary")
    missing = [name for name in names if name not in reply.headers]
    good = reply.status == 400 and not missing
    return observed(f"{reply.status} {reply.x_cache}, missing: {missing or 'nothing'}", expected=good)


@question(
    documented="415 is cached if the reply has max-age; custom error responses do not list it",
    source=f"{GUIDE}/HTTPStatusCodes.html",
    otherwise="edge/contract/errors.py: another status for unusable originals, or every request renders them again",
    breaks=False,
)
def a_415_is_cached(visit: Visit) -> Observation:
    """Is the reply about an original that is not an image cached for its minute?"""
    target = visit.url(visit.upload("pdf.png", body=b"%PDF-1.7 nothing"))
    status, cached = visit.get(target).status, visit.is_cached(target)
    return observed(f"{status}, cached: {cached}", expected=status == 415 and cached)


@question(
    documented="404 is cached for the error TTL or its max-age, whichever is more",
    source=f"{GUIDE}/HTTPStatusCodes.html",
    otherwise="edge/origin_response.py: _ERROR_SECONDS",
    breaks=False,
)
def a_404_is_cached(visit: Visit) -> Observation:
    """Is a 404 of origin-response cached?"""
    target = visit.url(f"smoke/{visit.id}/nobody.png")
    status, cached = visit.get(target).status, visit.is_cached(target)
    return observed(f"{status}, cached: {cached}", expected=status == 404 and cached)


@question(
    documented="what viewer-request generates is never cached",
    source=f"{GUIDE}/lambda-generating-http-responses.html",
    otherwise="edge/viewer_request.py: one visitor's mistake must not be cached for others",
)
def a_400_of_viewer_request_is_not_cached(visit: Visit) -> Observation:
    """Is the error generated again for every request?"""
    cached = visit.is_cached("/smoke.png?w=y")
    return observed(f"cached: {cached}", expected=not cached)


@question(
    documented="s-maxage is for CloudFront, max-age for browsers",
    source=f"{GUIDE}/Expiration.html",
    otherwise="edge/rendering/variant_service.py: ALIAS",
)
def an_alias_is_cached_longer_than_browsers_may(visit: Visit) -> Observation:
    """Is a URL without a version cached, and does its Cache-Control reach browsers unchanged?"""
    target = visit.url(visit.upload("alias.png"), version=None)
    header, cached = visit.get(target).headers.get("cache-control", "none"), visit.is_cached(target)
    return observed(f"{header}; cached: {cached}", expected="max-age=60" in header and cached)


@question(
    documented="CloudFront compares If-None-Match with the cached ETag; generated replies are not mentioned",
    source=f"{GUIDE}/Expiration.html",
    otherwise="edge/origin_response.py: the ETag and Last-Modified of a generated reply",
    breaks=False,
)
def if_none_match_of_a_generated_reply(visit: Visit) -> Observation:
    """Does a browser that already has the variant that was just rendered get a 304?"""
    target = visit.url(visit.upload("etag.png"))
    etag = visit.get(target).headers.get("etag", "none")
    status = visit.get(target, if_none_match=etag).status
    return observed(f"ETag {etag}, then {status}", expected=status == 304)


@question(
    documented="a range comes from the cached object; if the origin sends all of it, so does CloudFront",
    source=f"{GUIDE}/RangeGETs.html",
    otherwise="infra/local/cloudfront/cache_lookup.py; at worst a visitor gets the complete image",
    breaks=False,
)
def ranges(visit: Visit) -> Observation:
    """What are the replies to a range of a missing variant, of a cached one, beyond its end, and to two ranges?"""
    target = visit.url(visit.upload("range.png"))
    wanted = ("bytes=0-9", "bytes=0-9", "bytes=99999999-", "bytes=0-1,4-5")
    codes = [visit.get(target, range=text).status for text in wanted]
    return observed(codes, expected=codes == [200, 206, 416, 200])


@question(
    documented="a GET with a body is a 403",
    source=f"{GUIDE}/RequestAndResponseBehaviorS3Origin.html",
    otherwise="infra/local/cloudfront/errors.py",
    breaks=False,
)
def a_get_with_a_body(visit: Visit) -> Observation:
    """What is the reply to a GET with a body?"""
    status = visit.get("/smoke.png", body=b"x").status
    return observed(status, expected=status == 403)


@question(
    documented="URLs have fewer than 8,192 characters; a longer one is a 413 or 414",
    source=f"{GUIDE}/cloudfront-limits.html",
    otherwise="docs/answers.md, and infra/local/cloudfront/errors.py",
    breaks=False,
)
def a_url_that_is_too_long(visit: Visit) -> Observation:
    """What is the reply to a URL of 9,000 characters?"""
    status = visit.get("/smoke.png?w=" + "1" * 9000).status
    return observed(status, expected=status in (413, 414))


@question(
    documented="viewer-request does not run for the redirect to HTTPS, which is a 301",
    source=f"{GUIDE}/using-https-viewers-to-cloudfront.html",
    otherwise="infra/template.yaml: ViewerProtocolPolicy",
)
def http_is_redirected_to_https(visit: Visit) -> Observation:
    """Is plain HTTP redirected to HTTPS?"""
    if visit.stack.is_local:
        return Observation("the local CloudFront speaks plain HTTP only", Verdict.UNASKED)
    reply = visit.get("/smoke.png?w=z", base=visit.stack.url.replace("https://", "http://"))
    location = reply.headers.get("location", "")
    return observed(f"{reply.status} {location}", expected=reply.status == 301 and location.startswith("https://"))
