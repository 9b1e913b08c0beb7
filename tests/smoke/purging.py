"""Invalidations: what goes, by which name, and what the API says."""

from __future__ import annotations

import uuid

from botocore.exceptions import ClientError

from edge.contract.original import original_object_key
from tests.smoke.question import GUIDE, Seen, question, seen
from tests.smoke.visit import Visit

#: As `assets.cloudfront` waits for it.
COMPLETED = "Completed"
_API = "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html"
_TAGS = f"{GUIDE}/Invalidation.html"


def _goes(visit: Visit, target: str, *items: str) -> Seen:
    """Whether what is kept for ``target`` is gone after ``items`` are invalidated."""
    before = visit.get(target).status == 200 and visit.hit(target)
    visit.forget(*items)
    after = "age" not in visit.get(target).headers
    return seen(f"kept before: {before}, gone after: {after}", expected=before and after)


@question(
    documented="CacheTagConfig names a header of the origin's reply; of generated replies nothing is said",
    source=_TAGS,
    otherwise="assets/purge.py would have to invalidate paths too: the key, and the key with /* behind it",
)
def a_tag_on_a_made_reply(visit: Visit) -> Seen:
    """Does the tag that origin-response writes itself purge what it made? Without that, purges miss aliases."""
    key = visit.picture("tag-made.png")
    return _goes(visit, visit.url(key, version=None), visit.tag(key))


@question(
    documented="CacheTagConfig names a header of the origin's reply, such as x-amz-meta-cache-tag",
    source=_TAGS,
    otherwise="infra/template.yaml: CacheTagConfig; edge/rendering/variant_service.py: the metadata of what is stored",
)
def a_tag_on_what_s3_serves(visit: Visit) -> Seen:
    """Does the tag in a stored variant's metadata purge it?"""
    key = visit.picture("tag-stored.png")
    target = visit.url(key)
    visit.get(target, "HEAD")  # makes and stores it, and leaves the reply to S3
    return _goes(visit, target, visit.tag(key))


@question(
    documented="nothing is said of tags on errors",
    source=_TAGS,
    otherwise="docs/purge.md: a mended picture is seen when its error's minute is over",
    breaks=False,
)
def a_tag_on_an_error(visit: Visit) -> Seen:
    """Is a picture that was damaged, then replaced and purged, shown before the 415's minute is over?"""
    key = visit.picture("tag-error.png", body=b"%PDF-1.7 nothing")
    target = visit.url(key)
    before = visit.get(target).status
    visit.picture("tag-error.png")
    visit.forget(visit.tag(key))
    after = visit.get(target).status
    return seen(f"{before}, then {after}", expected=(before, after) == (415, 200))


@question(
    documented="where a function rewrites the path, the viewer's and the rewritten path are to be invalidated",
    source=_TAGS,
    otherwise="nothing of ours: purges go by tag. docs/purge.md says it of purges by hand",
    breaks=False,
)
def the_path_as_visitors_write_it_alone(visit: Visit) -> Seen:
    """Does the path as visitors write it, and nothing else, purge a picture?"""
    key = visit.picture("path.png")
    return _goes(visit, visit.url(key), f"/{key}")


@question(
    documented="the rewritten path is in the cache key",
    source=_TAGS,
    otherwise="docs/purge.md, on purges by hand",
    breaks=False,
)
def the_rewritten_path_by_wildcard(visit: Visit) -> Seen:
    """Does /<key>/* purge all sizes of a picture?"""
    key = visit.picture("wild.png")
    return _goes(visit, visit.url(key), f"/{key}/*")


@question(
    documented="the same reference and items give the same invalidation; other items under it are an error",
    source=_API,
    otherwise="assets/cloudfront.py: a purge's second attempt must not fail, nor pay twice",
)
def the_same_reference_again(visit: Visit) -> Seen:
    """Is a repeated call the same invalidation, and what is the error where its items differ?"""
    reference, path = uuid.uuid4().hex, f"/smoke/{visit.id}/reference"
    first, second = (visit.invalidate(path, reference=reference) for _ in range(2))
    try:
        visit.invalidate(f"{path}2", reference=reference)
        code = "no error"
    except ClientError as error:
        code = error.response["Error"].get("Code", "")
    good = first == second and code in ("InvalidationBatchAlreadyExists", "InvalidArgument")
    return seen(f"same: {first == second}; else {code}", expected=good)


@question(
    documented=f"an invalidation ends as {COMPLETED}",
    source=_API,
    otherwise="assets/cloudfront.py: COMPLETED",
)
def how_an_invalidation_ends(visit: Visit) -> Seen:
    """How is the state of one that is done spelled?"""
    status = visit.finished(visit.invalidate(f"/smoke/{visit.id}/ends"))
    return seen(status, expected=status == COMPLETED)


@question(
    documented="15 wildcards in progress at once; since 2026 also read as one a second",
    source=f"{GUIDE}/cloudfront-limits.html",
    otherwise="nothing: purges send one tag each and try again when refused. docs/local-cloudfront.md has the options",
    breaks=False,
)
def three_wildcards_at_once(visit: Visit) -> Seen:
    """Are three wildcards in one second taken?"""
    codes = []
    for number in range(3):
        try:
            visit.invalidate(f"/smoke/{visit.id}/wild{number}/*")
        except ClientError as error:
            codes.append(error.response["Error"].get("Code", ""))
    return seen(f"refused: {', '.join(codes) or 'none'}", expected=not codes)


@question(
    documented="what is invalidated is asked for anew",
    source=_TAGS,
    otherwise="edge/origin_response.py: how long a 404 is kept",
)
def a_picture_that_is_taken_away(visit: Visit) -> Seen:
    """After original and variants are deleted and the tag is invalidated, is the picture gone?"""
    key = visit.picture("gone.png")
    target = visit.url(key, version=None)
    before = visit.get(target).status
    for name in (original_object_key(key), *visit.stack.store.list(f"variants/{key}/")):
        visit.stack.store.delete(name)
    visit.forget(visit.tag(key))
    after = visit.get(target).status
    return seen(f"{before}, then {after}", expected=(before, after) == (200, 404))
