"""The server as a browser and as boto3 see it, with the small handlers and the small template."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import boto3
import botocore.exceptions
import pytest
from mypy_boto3_cloudfront import CloudFrontClient
from mypy_boto3_cloudfront.type_defs import InvalidationBatchTypeDef, PathsTypeDef

from edge.store.directory import DirectoryStore
from infra.local.cloudfront import LocalCloudFront
from tests.infra.client import Reply, ask

TEMPLATE = Path(__file__).parent / "template.yaml"


@dataclass(frozen=True)
class Site:
    cdn: LocalCloudFront
    objects: Path

    def get(self, target: str, method: str = "GET", **headers: str) -> Reply:
        return ask(self.cdn.url, target, method, None, **headers)

    def put(self, name: str, body: bytes, cache_control: str | None = "max-age=3600") -> None:
        store = DirectoryStore(self.objects)
        store.put(f"variants/{name}", body, content_type="text/plain", cache_control=cache_control)

    def calls(self, uri: str) -> list[str]:
        """What origin-response was called with for ``uri``: method, S3's status, If-None-Match."""
        file = self.objects / "calls.txt"
        lines = [line.split(" ") for line in file.read_text().splitlines()] if file.exists() else []
        return [f"{method} {status} {tag}" for method, path, status, tag in lines if path == uri]


def start(folder: Path, *options: str) -> LocalCloudFront:
    objects = folder / "objects"
    objects.mkdir(exist_ok=True)
    return LocalCloudFront(store=f"file://{objects}", data=folder / "data", template=TEMPLATE, options=options)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("cdn")
    with start(folder) as cdn:
        yield Site(cdn, folder / "objects")


def client(cdn: LocalCloudFront) -> CloudFrontClient:
    return boto3.client(
        "cloudfront",
        endpoint_url=cdn.url,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )


def invalidate(cdn: LocalCloudFront, reference: str, *paths: str, quantity: int | None = None) -> str:
    items: PathsTypeDef = {"Quantity": quantity or len(paths), "Items": paths}
    batch: InvalidationBatchTypeDef = {"CallerReference": reference, "Paths": items}
    made = client(cdn).create_invalidation(DistributionId=cdn.distribution_id, InvalidationBatch=batch)
    return made["Invalidation"]["Id"]


def test_a_stored_object_is_a_miss_and_then_a_hit_with_its_age(site: Site) -> None:
    site.put("stored.txt", b"stored")
    first, second = site.get("/stored.txt"), site.get("/stored.txt")
    assert (first.status, first.body, first.x_cache) == (200, b"stored", "Miss")
    assert (second.status, second.body, second.x_cache) == (200, b"stored", "Hit")
    assert "age" not in first.headers
    assert int(second.headers["age"]) >= 0
    assert site.calls("/stored.txt") == ["GET 200 -"]


def test_what_is_missing_is_made_by_origin_response_and_kept(site: Site) -> None:
    first, second = site.get("/made.txt?make=hello"), site.get("/made.txt?make=hello")
    assert (first.status, first.body, first.x_cache) == (200, b"hello", "Miss")
    assert (second.body, second.x_cache) == (b"hello", "Hit")
    assert site.calls("/made.txt") == ["GET 403 -"]


def test_every_reply_has_the_headers_of_the_policy_and_of_cloudfront(site: Site) -> None:
    for target in ("/made.txt?make=x", "/missing.txt", "/a.txt?viewer=reply", "/a.txt?viewer=raise"):
        headers = site.get(target, origin="https://example.org").headers
        assert headers["vary"] == "Accept"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["access-control-allow-origin"] == "*"
        assert "x-amz-request-id" not in headers
        assert {"via", "x-amz-cf-id", "x-amz-cf-pop", "date", "server", "content-length"} <= headers.keys()
        assert "transfer-encoding" not in headers


def test_cors_headers_are_for_requests_with_an_origin(site: Site) -> None:
    assert "access-control-allow-origin" not in site.get("/made.txt?make=x").headers


def test_the_viewers_path_is_rewritten_before_the_cache(site: Site) -> None:
    assert site.get("/old/same.txt?make=x").x_cache == "Miss"
    assert site.get("/same.txt?make=x").x_cache == "Hit"


def test_a_reply_of_viewer_request_goes_straight_out(site: Site) -> None:
    reply = site.get("/a.txt?viewer=reply")
    assert (reply.status, reply.body, reply.x_cache) == (400, b"no", "LambdaGeneratedResponse")
    assert site.calls("/a.txt") == []


def test_another_behaviour_matches_by_its_path_and_has_no_functions(site: Site) -> None:
    site.put("plain/a.txt", b"plain")
    reply = site.get("/plain/a.txt?viewer=reply")
    assert (reply.status, reply.body) == (200, b"plain")
    assert "vary" not in reply.headers


def test_head_is_answered_from_gets_entry(site: Site) -> None:
    site.get("/head.txt?make=hello")
    reply = site.get("/head.txt?make=hello", "HEAD")
    assert (reply.status, reply.body, reply.x_cache) == (200, b"", "Hit")
    assert reply.headers["content-length"] == "5"


def test_head_of_what_is_not_kept_asks_the_origin_and_keeps_nothing(site: Site) -> None:
    assert site.get("/headfirst.txt?make=hello", "HEAD").x_cache == "Miss"
    assert site.get("/headfirst.txt?make=hello").body == b"hello"
    assert site.calls("/headfirst.txt") == ["HEAD 403 -", "GET 403 -"]


def test_a_range_of_what_is_kept(site: Site) -> None:
    site.get("/range.txt?make=0123456789")
    part = site.get("/range.txt?make=0123456789", range="bytes=2-4")
    assert (part.status, part.body, part.headers["content-range"]) == (206, b"234", "bytes 2-4/10")
    beyond = site.get("/range.txt?make=0123456789", range="bytes=10-")
    assert (beyond.status, beyond.headers["content-range"]) == (416, "bytes */10")


def test_a_range_of_what_is_stored_and_not_kept_is_s3s_own(site: Site) -> None:
    site.put("ranged.txt", b"0123456789")
    assert site.get("/ranged.txt", range="bytes=-3").body == b"789"
    assert site.get("/ranged.txt").x_cache == "Miss"


def test_a_range_of_what_is_missing_gets_all_of_it(site: Site) -> None:
    reply = site.get("/rangemiss.txt?make=0123456789", range="bytes=2-4")
    assert (reply.status, reply.body) == (200, b"0123456789")
    assert site.get("/rangemiss.txt?make=0123456789").x_cache == "Hit"


def test_a_viewer_that_has_it_gets_a_304(site: Site) -> None:
    site.put("etag.txt", b"stored")
    etag = site.get("/etag.txt").headers["etag"]
    reply = site.get("/etag.txt", if_none_match=f'"other", W/{etag}')
    assert (reply.status, reply.body, reply.x_cache) == (304, b"", "Hit")
    assert reply.headers["etag"] == etag
    assert "content-type" not in reply.headers


def test_an_expired_copy_is_revalidated_with_its_etag(site: Site) -> None:
    site.put("stale.txt", b"stored", cache_control="max-age=0")
    etag = site.get("/stale.txt").headers["etag"]
    again = site.get("/stale.txt")
    assert (again.status, again.body, again.x_cache) == (200, b"stored", "RefreshHit")
    assert site.calls("/stale.txt") == ["GET 200 -", f"GET 304 {etag}"]


def test_no_store_is_not_kept(site: Site) -> None:
    target = "/nostore.txt?make=x&cc=no-store"
    assert [site.get(target).x_cache, site.get(target).x_cache] == ["Miss", "Miss"]


def test_an_error_is_kept_for_as_long_as_it_says(site: Site) -> None:
    for target, calls in (
        ("/short.txt?make=x&status=404&cc=max-age=60", 1),
        ("/never.txt?make=x&status=404&cc=no-store", 2),
    ):
        replies = [site.get(target), site.get(target)]
        assert [(reply.status, reply.x_cache) for reply in replies] == [(404, "Error")] * 2
        assert len(site.calls(target.partition("?")[0])) == calls


def test_what_origin_response_leaves_alone_passes_through(site: Site) -> None:
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
        ("/f4.txt?viewer=big&size=41000", 502, "LambdaValidationError", "40960 are taken"),
        ("/f5.txt?viewer=raise", 503, "LambdaExecutionError", "viewer-request fails"),
        ("/f6.txt?fault=raise", 503, "LambdaExecutionError", "origin-response fails"),
        ("/f7.txt?fault=hang", 503, "LambdaExecutionError", "Task timed out after 2.00 seconds"),
        ("/f8.txt?fault=exit", 503, "LambdaExecutionError", "the process ended during the call"),
        ("/f9.txt?fault=set", 503, "LambdaExecutionError", "not JSON serializable"),
    ],
)
def test_a_function_that_breaks_a_rule_gets_cloudfronts_error_and_the_log_says_why(
    site: Site, target: str, status: int, x_cache: str, rule: str
) -> None:
    reply = site.get(target)
    assert (reply.status, reply.x_cache) == (status, x_cache)
    assert rule in site.cdn.log
    assert site.get(f"/after-{target[1:3]}.txt?make=x").body == b"x"


def test_requests_that_cloudfront_refuses(site: Site) -> None:
    assert site.get("/a.txt", "POST").status == 403
    assert site.get("/a.txt", "OPTIONS").status == 403
    assert site.get("/a.txt", "TRACE").status == 405
    assert site.get("/" + "a" * 8192).status == 413
    assert ask(site.cdn.url, "/a.txt", "GET", b"body").status == 403


def test_options_reaches_the_bucket_where_the_behaviour_takes_it(site: Site) -> None:
    reply = site.get("/plain/any.txt", "OPTIONS")
    assert reply.status == 403
    assert b"AccessDenied" in reply.body


def test_the_log_has_one_line_a_request(site: Site) -> None:
    site.get("/logged.txt?make=x")
    line = next(line for line in site.cdn.log.splitlines() if "logged.txt" in line)
    assert line.startswith(
        'cloudfront method=GET uri="/logged.txt?make=x" status=200 x-cache="Miss from cloudfront" ms='
    )


def test_concurrent_misses_ask_the_origin_once(site: Site) -> None:
    with ThreadPoolExecutor(6) as threads:
        replies = list(threads.map(site.get, ["/crowd.txt?make=x&sleep=0.5"] * 6))
    assert {reply.body for reply in replies} == {b"x"}
    assert len(site.calls("/crowd.txt")) == 1


def test_what_may_not_be_kept_is_made_for_each_who_waited(site: Site) -> None:
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(site.get, ["/crowd2.txt?make=x&sleep=0.2&cc=no-store"] * 3))
    assert len(site.calls("/crowd2.txt")) == 3


def test_invalidation_by_path_wildcard_and_tag(site: Site) -> None:
    targets = ["/inv/a.txt?make=x&tag=One,two", "/inv/b.txt?make=x&tag=two", "/old/inv/c.txt?make=x&tag=three"]
    for number, (path, gone) in enumerate(
        [
            ("/inv/a.txt?make=x&tag=One,two", [0]),
            ("/inv/*", [0, 1, 2]),
            ("/old/inv/*", [2]),
            ("#ONE", [0]),
            ("#two", [0, 1]),
            ("/INV/*", []),
        ]
    ):
        for target in targets:
            site.get(target)
        invalidate(site.cdn, f"kinds-{number}", path)
        missed = [index for index, target in enumerate(targets) if site.get(target).x_cache == "Miss"]
        assert missed == gone, path


def test_boto3_waits_for_an_invalidation_and_reads_it_back(site: Site) -> None:
    made = invalidate(site.cdn, "waited", "/%C3%A9", "#tag")
    boto = client(site.cdn)
    waiter = boto.get_waiter("invalidation_completed")
    waiter.wait(DistributionId=site.cdn.distribution_id, Id=made, WaiterConfig={"Delay": 1, "MaxAttempts": 10})
    read = boto.get_invalidation(DistributionId=site.cdn.distribution_id, Id=made)["Invalidation"]
    assert read["Status"] == "Completed"
    assert read["InvalidationBatch"]["CallerReference"] == "waited"
    assert read["InvalidationBatch"]["Paths"]["Items"][1] == "#tag"
    assert read["CreateTime"].tzinfo is not None


def test_the_list_of_invalidations_is_paged_newest_first(site: Site) -> None:
    made = [invalidate(site.cdn, f"page-{number}", "/page") for number in range(3)]
    pages = (
        client(site.cdn)
        .get_paginator("list_invalidations")
        .paginate(DistributionId=site.cdn.distribution_id, PaginationConfig={"PageSize": 2, "MaxItems": 3})
    )
    listed = [item["Id"] for page in pages for item in page["InvalidationList"]["Items"]]
    assert listed == made[::-1]


def test_a_caller_reference_makes_a_call_idempotent(site: Site) -> None:
    assert invalidate(site.cdn, "once", "/a", "/b") == invalidate(site.cdn, "once", "/b", "/a")
    with pytest.raises(botocore.exceptions.ClientError, match="InvalidationBatchAlreadyExists"):
        invalidate(site.cdn, "once", "/other")


def test_the_apis_errors_have_the_codes_of_aws(site: Site) -> None:
    boto, known = client(site.cdn), site.cdn.distribution_id
    with pytest.raises(boto.exceptions.InconsistentQuantities):
        invalidate(site.cdn, "quantity", "/a", quantity=2)
    with pytest.raises(boto.exceptions.NoSuchInvalidation):
        boto.get_invalidation(DistributionId=known, Id="INONE")
    with pytest.raises(boto.exceptions.NoSuchDistribution):
        boto.get_invalidation(DistributionId="ENONE", Id="INONE")
    with pytest.raises(boto.exceptions.InvalidArgument):
        invalidate(site.cdn, "bad", "no-slash")
    with pytest.raises(boto.exceptions.BatchTooLarge):
        invalidate(site.cdn, "many", *(f"/{number}" for number in range(3001)))
    with pytest.raises(boto.exceptions.TooManyInvalidationsInProgress):
        invalidate(site.cdn, "wild", *(f"/{number}/*" for number in range(16)))
    api = f"/2020-05-31/distribution/{known}/invalidation"
    unsigned = ask(site.cdn.url, api, "POST", b"<InvalidationBatch/>")
    assert (unsigned.status, b"<Code>AccessDenied</Code>" in unsigned.body) == (403, True)
    empty = ask(site.cdn.url, api, "POST", authorization="AWS4-HMAC-SHA256 Credential=x")
    assert (empty.status, b"<Code>MissingBody</Code>" in empty.body) == (400, True)
    assert ask(site.cdn.url, api, "DELETE", authorization="AWS4-HMAC-SHA256 Credential=x").status == 405


def test_a_reply_that_was_under_way_when_it_was_invalidated_is_not_kept(site: Site) -> None:
    target = "/flight.txt?make=x&sleep=0.7"
    with ThreadPoolExecutor(1) as threads:
        flight = threads.submit(site.get, target)
        while not site.calls("/flight.txt"):
            time.sleep(0.01)
        invalidate(site.cdn, "flight", "/flight.txt*")
        assert flight.result().body == b"x"
    assert site.get(target).x_cache == "Miss"


def test_cache_and_invalidations_outlive_a_restart(tmp_path: Path) -> None:
    with start(tmp_path) as cdn:
        ask(cdn.url, "/kept.txt?make=x")
        made = invalidate(cdn, "kept", "/other")
    with start(tmp_path) as cdn:
        assert ask(cdn.url, "/kept.txt?make=x").x_cache == "Hit"
        assert invalidate(cdn, "kept", "/other") == made


def test_without_collapsing_each_miss_asks_the_origin(tmp_path: Path) -> None:
    with start(tmp_path, "--no-collapse") as cdn, ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda target: ask(cdn.url, target), ["/crowd.txt?make=x&sleep=0.5"] * 2))
        assert len(Site(cdn, tmp_path / "objects").calls("/crowd.txt")) == 2


def children(cdn: LocalCloudFront) -> list[int]:
    return [int(child) for child in Path(f"/proc/{cdn.pid}/task/{cdn.pid}/children").read_text().split()]


def test_workers_that_died_meanwhile_are_replaced_unseen(tmp_path: Path) -> None:
    with start(tmp_path) as cdn:
        for worker in children(cdn):
            os.kill(worker, signal.SIGKILL)
        while children(cdn):
            time.sleep(0.01)
        assert ask(cdn.url, "/a.txt?make=x").body == b"x"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_with_its_workers(tmp_path: Path, number: signal.Signals) -> None:
    with start(tmp_path) as cdn:
        workers = children(cdn)
        assert len(workers) == 2
        assert cdn.stop(number) == 0
        assert not [worker for worker in workers if Path(f"/proc/{worker}").exists()]


def test_a_viewer_request_that_hangs_is_a_503_and_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with start(tmp_path) as cdn:
        reply = ask(cdn.url, "/a.txt?viewer=hang")
        assert (reply.status, reply.x_cache) == (503, "LambdaExecutionError")
        assert cdn.stop() == 0


def test_a_killed_servers_workers_end_too(tmp_path: Path) -> None:
    with start(tmp_path) as cdn:
        workers = [Path(f"/proc/{child}/stat") for child in children(cdn)]
        cdn.stop(signal.SIGKILL)
    for worker in workers:
        while worker.exists() and worker.read_text().rpartition(")")[2].split()[0] != "Z":
            time.sleep(0.01)


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "infra.local.cloudfront", "--template", str(TEMPLATE), "--port", port]
        command += ["--store", f"file://{tmp_path}", "--data", str(tmp_path / "data")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == f"cloudfront: cannot listen on 127.0.0.1:{port}: Address already in use\n"


def test_a_handler_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    broken = tmp_path / "template.yaml"
    broken.write_text(TEMPLATE.read_text().replace("handlers.origin_response", "handlers.no_such"))
    cdn = LocalCloudFront(store=f"file://{tmp_path}", data=tmp_path / "data", template=broken)
    with pytest.raises(
        RuntimeError, match=r"^cloudfront: OriginResponse: cannot import tests\.infra\.handlers\.no_such"
    ):
        cdn.__enter__()
