"""Requests through one edge location, with the stub handlers and the small template."""

from __future__ import annotations

import pytest

from tests.infra.local.cloudfront.stub_site import StubSite


def test_a_stored_object_is_a_miss_and_then_a_hit_with_its_age(site: StubSite) -> None:
    site.put("stored.txt", b"stored")
    first, second = site.get("/stored.txt"), site.get("/stored.txt")
    assert (first.status, first.body, first.x_cache) == (200, b"stored", "Miss")
    assert (second.status, second.body, second.x_cache) == (200, b"stored", "Hit")
    assert "age" not in first.headers
    assert int(second.headers["age"]) >= 0
    assert site.calls("/stored.txt") == ["GET 200 -"]


def test_a_missing_object_is_generated_by_origin_response_and_cached(site: StubSite) -> None:
    first, second = site.get("/made.txt?make=hello"), site.get("/made.txt?make=hello")
    assert (first.status, first.body, first.x_cache) == (200, b"hello", "Miss")
    assert (second.body, second.x_cache) == (b"hello", "Hit")
    assert site.calls("/made.txt") == ["GET 403 -"]


def test_viewer_request_rewrites_the_path_before_the_cache(site: StubSite) -> None:
    assert site.get("/old/same.txt?make=x").x_cache == "Miss"
    assert site.get("/same.txt?make=x").x_cache == "Hit"


def test_a_reply_of_viewer_request_skips_the_cache_and_the_origin(site: StubSite) -> None:
    reply = site.get("/a.txt?viewer=reply")
    assert (reply.status, reply.body, reply.x_cache) == (400, b"no", "LambdaGeneratedResponse")
    assert site.calls("/a.txt") == []


def test_a_behaviour_without_functions_matches_by_its_path(site: StubSite) -> None:
    site.put("plain/a.txt", b"plain")
    reply = site.get("/plain/a.txt?viewer=reply")
    assert (reply.status, reply.body) == (200, b"plain")
    assert "vary" not in reply.headers


def test_head_is_answered_from_the_entry_of_get(site: StubSite) -> None:
    site.get("/head.txt?make=hello")
    reply = site.get("/head.txt?make=hello", "HEAD")
    assert (reply.status, reply.body, reply.x_cache) == (200, b"", "Hit")
    assert reply.headers["content-length"] == "5"


def test_head_of_an_uncached_path_asks_the_origin_and_caches_nothing(site: StubSite) -> None:
    assert site.get("/headfirst.txt?make=hello", "HEAD").x_cache == "Miss"
    assert site.get("/headfirst.txt?make=hello").body == b"hello"
    assert site.calls("/headfirst.txt") == ["HEAD 403 -", "GET 403 -"]


def test_a_range_of_a_cached_reply(site: StubSite) -> None:
    site.get("/range.txt?make=0123456789")
    part = site.get("/range.txt?make=0123456789", range="bytes=2-4")
    assert (part.status, part.body, part.headers["content-range"]) == (206, b"234", "bytes 2-4/10")
    beyond = site.get("/range.txt?make=0123456789", range="bytes=10-")
    assert (beyond.status, beyond.headers["content-range"]) == (416, "bytes */10")


def test_a_range_of_an_uncached_object_is_s3s_own(site: StubSite) -> None:
    site.put("ranged.txt", b"0123456789")
    assert site.get("/ranged.txt", range="bytes=-3").body == b"789"
    assert site.get("/ranged.txt").x_cache == "Miss"


def test_a_range_of_a_missing_object_gets_the_complete_reply(site: StubSite) -> None:
    reply = site.get("/rangemiss.txt?make=0123456789", range="bytes=2-4")
    assert (reply.status, reply.body) == (200, b"0123456789")
    assert site.get("/rangemiss.txt?make=0123456789").x_cache == "Hit"


def test_a_viewer_that_has_the_object_gets_a_304(site: StubSite) -> None:
    site.put("etag.txt", b"stored")
    etag = site.get("/etag.txt").headers["etag"]
    reply = site.get("/etag.txt", if_none_match=f'"other", W/{etag}')
    assert (reply.status, reply.body, reply.x_cache) == (304, b"", "Hit")
    assert reply.headers["etag"] == etag
    assert "content-type" not in reply.headers


def test_an_expired_copy_is_revalidated_with_its_etag(site: StubSite) -> None:
    site.put("stale.txt", b"stored", cache_control="max-age=0")
    etag = site.get("/stale.txt").headers["etag"]
    again = site.get("/stale.txt")
    assert (again.status, again.body, again.x_cache) == (200, b"stored", "RefreshHit")
    assert site.calls("/stale.txt") == ["GET 200 -", f"GET 304 {etag}"]


def test_no_store_is_not_cached(site: StubSite) -> None:
    target = "/nostore.txt?make=x&cc=no-store"
    assert [site.get(target).x_cache, site.get(target).x_cache] == ["Miss", "Miss"]


def test_an_error_is_cached_as_its_cache_control_says(site: StubSite) -> None:
    for target, calls in (
        ("/short.txt?make=x&status=404&cc=max-age=60", 1),
        ("/never.txt?make=x&status=404&cc=no-store", 2),
    ):
        replies = [site.get(target), site.get(target)]
        assert [(reply.status, reply.x_cache) for reply in replies] == [(404, "Error")] * 2
        assert len(site.calls(target.partition("?")[0])) == calls


def test_an_error_that_origin_response_does_not_change_passes_through(site: StubSite) -> None:
    reply = site.get("/missing.txt")
    assert reply.status == 403
    assert b"<Code>AccessDenied</Code>" in reply.body


@pytest.mark.parametrize(
    ("target", "status", "x_cache", "rule"),
    [
        (
            "/f1.txt?fault=drop",
            502,
            "LambdaValidationError",
            "tried to delete read-only header, headerName : transfer-encoding",
        ),
        ("/f2.txt?fault=disallowed", 502, "LambdaValidationError", "disallowed header, headerName : x-cache"),
        ("/f3.txt?viewer=host", 502, "LambdaValidationError", "tried to modify read-only header, headerName : host"),
        ("/f4.txt?viewer=big&size=41000", 502, "LambdaValidationError", "40960 are allowed"),
        ("/f5.txt?viewer=raise", 503, "LambdaExecutionError", "viewer-request fails"),
        ("/f6.txt?fault=raise", 503, "LambdaExecutionError", "origin-response fails"),
        ("/f7.txt?fault=hang", 503, "LambdaExecutionError", "Task timed out after 2.00 seconds"),
        ("/f8.txt?fault=exit", 503, "LambdaExecutionError", "the process ended during the call"),
        ("/f9.txt?fault=set", 503, "LambdaExecutionError", "not JSON serializable"),
    ],
)
def test_a_function_that_breaks_a_rule_is_an_error_page_and_a_log_line(
    site: StubSite, target: str, status: int, x_cache: str, rule: str
) -> None:
    reply = site.get(target)
    assert (reply.status, reply.x_cache) == (status, x_cache)
    assert rule in site.cdn.log
    assert site.get(f"/after-{target[1:3]}.txt?make=x").body == b"x"
