"""The invalidation API as boto3 sees it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import botocore.exceptions
import pytest

from tests.http_client import ask
from tests.infra.local.cloudfront.stub_site import StubSite, cloudfront_client, invalidate


def test_invalidation_by_path_wildcard_and_tag(site: StubSite) -> None:
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


def test_boto3_waits_for_an_invalidation_and_reads_it_back(site: StubSite) -> None:
    created = invalidate(site.cdn, "waited", "/%C3%A9", "#tag")
    boto = cloudfront_client(site.cdn)
    waiter = boto.get_waiter("invalidation_completed")
    waiter.wait(DistributionId=site.cdn.distribution_id, Id=created, WaiterConfig={"Delay": 1, "MaxAttempts": 10})
    read = boto.get_invalidation(DistributionId=site.cdn.distribution_id, Id=created)["Invalidation"]
    assert read["Status"] == "Completed"
    assert read["InvalidationBatch"]["CallerReference"] == "waited"
    assert read["InvalidationBatch"]["Paths"]["Items"][1] == "#tag"
    assert read["CreateTime"].tzinfo is not None


def test_the_list_of_invalidations_is_paged_newest_first(site: StubSite) -> None:
    created = [invalidate(site.cdn, f"page-{number}", "/page") for number in range(3)]
    pages = (
        cloudfront_client(site.cdn)
        .get_paginator("list_invalidations")
        .paginate(DistributionId=site.cdn.distribution_id, PaginationConfig={"PageSize": 2, "MaxItems": 3})
    )
    listed = [item["Id"] for page in pages for item in page["InvalidationList"]["Items"]]
    assert listed == created[::-1]


def test_a_caller_reference_makes_a_call_idempotent(site: StubSite) -> None:
    assert invalidate(site.cdn, "once", "/a", "/b") == invalidate(site.cdn, "once", "/b", "/a")
    with pytest.raises(botocore.exceptions.ClientError, match="InvalidationBatchAlreadyExists"):
        invalidate(site.cdn, "once", "/other")


def test_errors_have_the_codes_of_aws(site: StubSite) -> None:
    boto, known = cloudfront_client(site.cdn), site.cdn.distribution_id
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


def test_a_reply_that_was_being_fetched_during_its_invalidation_is_not_cached(site: StubSite) -> None:
    target = "/pending.txt?make=x&sleep=0.7"
    with ThreadPoolExecutor(1) as threads:
        pending = threads.submit(site.get, target)
        while not site.calls("/pending.txt"):
            time.sleep(0.01)
        invalidate(site.cdn, "pending", "/pending.txt*")
        assert pending.result().body == b"x"
    assert site.get(target).x_cache == "Miss"
