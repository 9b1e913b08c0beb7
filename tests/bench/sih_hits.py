"""Old URLs through the local CloudFront: what a thousand hits a second ask of the gateway."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice, repeat
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from edge.contract.original import original_object_key
from edge.sih.settings import VARIABLE
from edge.storage.objects.location import open_store
from infra.local.cloudfront import LocalCloudFront
from tests.bench.bench import Bench
from tests.bench.origin import FACTS
from tests.bench.report import Findings, Table
from tests.bench.sih_jobs import CALLS, PHOTOGRAPH, PNG, sih_jobs
from tests.load.client import Ask, Reply, flood
from tests.load.processes import cpu_seconds

_BUCKET = "photos"
_REQUESTS = 20_000
#: Client processes, since one of them cannot ask fast enough.
_CLIENTS, _CONNECTIONS = 4, 4
_HEADING = ("old URLs through the local CloudFront", "requests", "a second", "calls of the gateway", "CPU a request")
_COLUMNS = (40, 10, 10, 22, 16)
_NOTE = (
    "A distribution whose origin is the gateway, in the local CloudFront, and four clients with four connections each "
    "on the same machine. Each URL is requested once, then all of them again and again, and each reply must be a hit. "
    "How many a second there are is the limit of this CloudFront and its clients, which are written in Python. "
    "Processor time is that of CloudFront and the gateway together."
)


def run(bench: Bench) -> Findings:
    with _site(bench) as (cdn, calls):
        targets = [quote(job.path(_BUCKET)) for job in sih_jobs()]
        rows = [_row("first requests", cdn, calls, targets, "Miss")]
        again = list(islice(cycle(targets), _REQUESTS // (10 if bench.quick else 1)))
        rows.append(_row("hits", cdn, calls, again, "Hit"))
    bench.say(_HEADING, _COLUMNS)
    for row in rows:
        bench.say(row, _COLUMNS)
    return Findings([Table("Hits of old URLs", _NOTE, _HEADING, rows)])


def _row(name: str, cdn: LocalCloudFront, calls: Path, targets: list[str], expected: str) -> tuple[str, ...]:
    before, cpu, began = _count(calls), cpu_seconds(cdn.pid), time.perf_counter()
    with ProcessPoolExecutor(_CLIENTS) as clients:
        shares = [targets[number::_CLIENTS] for number in range(_CLIENTS)]
        count = sum(clients.map(_visit, repeat(cdn.url), shares, repeat(expected)))
    seconds, spent = time.perf_counter() - began, cpu_seconds(cdn.pid) - cpu
    each = f"{spent / count * 1000:.1f} ms"
    return name, f"{count:,}", f"{count / seconds:,.0f}", f"{_count(calls) - before:,}", each


def _visit(url: str, targets: list[str], expected: str) -> int:
    """How many replies came. Raises `RuntimeError` if a reply does not come from where it is expected."""

    def check(_ask: Ask, reply: Reply) -> str | None:
        found = reply.headers.get("x-cache", "none")
        return None if found.startswith(expected) else f"X-Cache: {found}"

    visit = flood(url, (Ask(target) for target in targets), check, _CONNECTIONS)
    if visit.wrong:
        raise RuntimeError(visit.wrong[0])
    return visit.requests


def _count(calls: Path) -> int:
    return len(calls.read_text().splitlines())


@contextmanager
def _site(bench: Bench) -> Iterator[tuple[LocalCloudFront, Path]]:
    """A running distribution, and the file to which the gateway writes a line for each call."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patched:
        folder = Path(name)
        calls = folder / "calls.txt"
        calls.touch()
        patched.setenv(CALLS, str(calls))
        (folder / "store").mkdir()
        location = (folder / "store").as_uri()
        for key, kind in ((PHOTOGRAPH, "JPEG"), (PNG, "PNG alpha")):
            body = bench.input_files.input(kind, "2").path.read_bytes()
            content_type = f"image/{kind.split()[0].lower()}"
            open_store(location).put(
                original_object_key(key), body, content_type=content_type, metadata=FACTS.as_metadata()
            )
        (folder / "template.json").write_text(json.dumps(template()))
        with LocalCloudFront(store=location, data=folder / "cdn", template=folder / "template.json") as cdn:
            yield cdn, calls


def template() -> dict[str, Any]:
    """A distribution of old URLs whose one origin is the gateway, and the gateway."""
    settings = json.dumps({"path": "/", "buckets": {_BUCKET: ""}})
    none = {"HeadersConfig": {"HeaderBehavior": "none"}, "CookiesConfig": {"CookieBehavior": "none"}}
    key = {**none, "QueryStringsConfig": {"QueryStringBehavior": "all"}}
    policy = {"MinTTL": 1, "DefaultTTL": 86400, "MaxTTL": 31536000, "ParametersInCacheKeyAndForwardedToOrigin": key}
    host = {"Fn::Select": [2, {"Fn::Split": ["/", {"Fn::GetAtt": ["Url", "FunctionUrl"]}]}]}
    origin = {"Id": "gateway", "DomainName": host, "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"}}
    behaviour = {"TargetOriginId": "gateway", "CachePolicyId": {"Ref": "Policy"}}
    distribution = {"Enabled": True, "Origins": [origin], "DefaultCacheBehavior": behaviour}
    function = {
        "Handler": "tests.bench.engines.counted_gateway.handler",
        "Timeout": 30,
        "MemorySize": 2048,
        "Environment": {"Variables": {VARIABLE: settings}},
    }
    url = {"TargetFunctionArn": {"Fn::GetAtt": ["Gateway", "Arn"]}, "AuthType": "NONE"}
    resources = {
        "Gateway": ("AWS::Lambda::Function", function),
        "Url": ("AWS::Lambda::Url", url),
        "Policy": ("AWS::CloudFront::CachePolicy", {"CachePolicyConfig": policy}),
        "Distribution": ("AWS::CloudFront::Distribution", {"DistributionConfig": distribution}),
    }
    return {"Resources": {name: {"Type": kind, "Properties": each} for name, (kind, each) in resources.items()}}
