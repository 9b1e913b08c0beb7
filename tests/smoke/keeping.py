"""What is kept, for whom, and what browsers are told."""

from __future__ import annotations

from tests.smoke.question import GUIDE, Seen, Verdict, question, seen
from tests.smoke.visit import AVIF, Visit


@question(
    documented="CustomHeadersConfig may set Vary; what CloudFront itself does with it is not written",
    source=f"{GUIDE}/understanding-response-headers-policies.html",
    otherwise="infra/template.yaml: the response headers policy; a viewer-response function could set Vary instead",
)
def vary_reaches_browsers_and_splits_nothing(visit: Visit) -> Seen:
    """Do two browsers whose Accept differs, and who get the same format, share one copy, with Vary: Accept on it?"""
    target = visit.url(visit.picture("vary.png"))
    first = visit.get(target, accept=AVIF)
    shared = any("age" in visit.get(target, accept="image/webp,image/avif,*/*;q=0.5").headers for _ in range(6))
    vary = first.headers.get("vary", "none")
    return seen(f"Vary: {vary}, shared: {shared}", expected=vary.lower() == "accept" and shared)


@question(
    documented="a response headers policy adds its headers to all replies of the behaviour",
    source=f"{GUIDE}/understanding-response-headers-policies.html",
    otherwise="edge/lambda_event.py: `fill` would have to set what is missing",
)
def a_reply_of_viewer_request_gets_policy_headers(visit: Visit) -> Seen:
    """Has a 400 that viewer-request generates nosniff, CORP and Vary, and what is its X-Cache?"""
    reply = visit.get("/smoke.png?w=x")
    names = ("x-content-type-options", "cross-origin-resource-policy", "vary")
    missing = [name for name in names if name not in reply.headers]
    good = reply.status == 400 and not missing
    return seen(f"{reply.status} {reply.x_cache}, missing: {missing or 'nothing'}", expected=good)


@question(
    documented="415 is cached where the reply has max-age; custom error responses do not list it",
    source=f"{GUIDE}/HTTPStatusCodes.html",
    otherwise="edge/contract/errors.py: another status for what cannot be shown, or each request renders it again",
    breaks=False,
)
def a_415_is_kept(visit: Visit) -> Seen:
    """Is the answer about an original that is no picture kept for its minute?"""
    target = visit.url(visit.picture("pdf.png", body=b"%PDF-1.7 nothing"))
    status, kept = visit.get(target).status, visit.hit(target)
    return seen(f"{status}, kept: {kept}", expected=status == 415 and kept)


@question(
    documented="404 is cached for the error TTL or its max-age, whichever is more",
    source=f"{GUIDE}/HTTPStatusCodes.html",
    otherwise="edge/origin_response.py: _ERROR_SECONDS",
    breaks=False,
)
def a_404_is_kept(visit: Visit) -> Seen:
    """Is a 404 of origin-response kept?"""
    target = visit.url(f"smoke/{visit.id}/nobody.png")
    status, kept = visit.get(target).status, visit.hit(target)
    return seen(f"{status}, kept: {kept}", expected=status == 404 and kept)


@question(
    documented="what viewer-request generates is never cached",
    source=f"{GUIDE}/lambda-generating-http-responses.html",
    otherwise="edge/viewer_request.py: a visitor's mistake must not be kept for others",
)
def a_400_of_viewer_request_is_not_kept(visit: Visit) -> Seen:
    """Is a refusal made anew for each who asks?"""
    kept = visit.hit("/smoke.png?w=y")
    return seen(f"kept: {kept}", expected=not kept)


@question(
    documented="s-maxage is CloudFront's, max-age is the browser's",
    source=f"{GUIDE}/Expiration.html",
    otherwise="edge/rendering/variant_service.py: ALIAS",
)
def an_alias_is_kept_and_browsers_are_told_a_minute(visit: Visit) -> Seen:
    """Is a URL without a version kept, and does its Cache-Control go out as we wrote it?"""
    target = visit.url(visit.picture("alias.png"), version=None)
    told, kept = visit.get(target).headers.get("cache-control", "none"), visit.hit(target)
    return seen(f"{told}; kept: {kept}", expected="max-age=60" in told and kept)


@question(
    documented="CloudFront compares If-None-Match with the ETag that it keeps; of generated replies nothing is said",
    source=f"{GUIDE}/Expiration.html",
    otherwise="edge/origin_response.py: the ETag and Last-Modified of a made reply",
    breaks=False,
)
def if_none_match_of_what_was_just_made(visit: Visit) -> Seen:
    """Is somebody who already has what was just made told 304?"""
    target = visit.url(visit.picture("etag.png"))
    etag = visit.get(target).headers.get("etag", "none")
    status = visit.get(target, if_none_match=etag).status
    return seen(f"ETag {etag}, then {status}", expected=status == 304)


@question(
    documented="a range is cut from what is kept; where the origin answers with the whole, the viewer gets the whole",
    source=f"{GUIDE}/RangeGETs.html",
    otherwise="infra/local/cloudfront/cache_lookup.py; a visitor gets the whole at worst",
    breaks=False,
)
def ranges(visit: Visit) -> Seen:
    """What are one range of a missing variant, one of a kept one, one beyond its end, and two at once answered?"""
    target = visit.url(visit.picture("range.png"))
    wanted = ("bytes=0-9", "bytes=0-9", "bytes=99999999-", "bytes=0-1,4-5")
    codes = [visit.get(target, range=text).status for text in wanted]
    return seen(codes, expected=codes == [200, 206, 416, 200])


@question(
    documented="a GET with a body is a 403",
    source=f"{GUIDE}/RequestAndResponseBehaviorS3Origin.html",
    otherwise="infra/local/cloudfront/errors.py",
    breaks=False,
)
def a_get_with_a_body(visit: Visit) -> Seen:
    """What is a GET with a body answered?"""
    status = visit.get("/smoke.png", body=b"x").status
    return seen(status, expected=status == 403)


@question(
    documented="URLs have fewer than 8,192 characters; a longer one is a 413 or 414",
    source=f"{GUIDE}/cloudfront-limits.html",
    otherwise="docs/answers.md, and infra/local/cloudfront/errors.py",
    breaks=False,
)
def a_url_that_is_too_long(visit: Visit) -> Seen:
    """What is a URL of 9,000 characters answered?"""
    status = visit.get("/smoke.png?w=" + "1" * 9000).status
    return seen(status, expected=status in (413, 414))


@question(
    documented="viewer-request does not run for the redirect to HTTPS, which is a 301",
    source=f"{GUIDE}/using-https-viewers-to-cloudfront.html",
    otherwise="infra/template.yaml: ViewerProtocolPolicy",
)
def http_goes_to_https(visit: Visit) -> Seen:
    """Is plain HTTP sent to HTTPS?"""
    if visit.stack.is_local:
        return Seen("the local CloudFront speaks HTTP alone", Verdict.UNASKED)
    reply = visit.get("/smoke.png?w=z", base=visit.stack.url.replace("https://", "http://"))
    location = reply.headers.get("location", "")
    return seen(f"{reply.status} {location}", expected=reply.status == 301 and location.startswith("https://"))
