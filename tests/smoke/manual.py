"""What the command cannot ask, and how to find it out by hand. docs/smoke.md lists the same topics."""

from __future__ import annotations

from typing import NamedTuple


class ManualCheck(NamedTuple):
    """A fact that only a real account can show; ``how`` to see it, and what rests on it."""

    topic: str
    fact: str
    how: str


MANUAL_CHECKS = (
    ManualCheck("Lambda@Edge", "an unknown field in a function's result", "our functions return none, and must not"),
    ManualCheck(
        "Lambda@Edge",
        "a body between MAX_BODY and 1 MB",
        "our functions redirect above MAX_BODY; a function of your own could try",
    ),
    ManualCheck(
        "Lambda@Edge",
        "a viewer-request function with more than 128 MB or 5 s",
        "the template uses neither; deploy one that does",
    ),
    ManualCheck("Lambda@Edge", "20,480 or 32,768 bytes of headers in a result", "our results have about 600"),
    ManualCheck(
        "Lambda@Edge",
        "distributionId or distributionID, and authMethod with OAC, in events",
        "we read neither; log an event",
    ),
    ManualCheck(
        "Origin Shield",
        "where origin-response runs with Origin Shield",
        "see which regions have the log group /imagehub/<stack>",
    ),
    ManualCheck("CloudFront", "whether trusted key groups are checked before viewer-request", "the template uses none"),
    ManualCheck(
        "CloudFront",
        "stale copies while storage is unavailable",
        "this needs an outage; tests/infra/local shows it locally",
    ),
    ManualCheck("S3", "what GET / returns if CloudFront may list the bucket", "the bucket policy does not allow that"),
    ManualCheck("S3", "whether EventBridge events encode object keys", "nothing here receives them"),
    ManualCheck(
        "LoggingConfig",
        "that a replica logs at the level and into the group of its version",
        "with LogLevel=INFO, a line for each rendered variant in /imagehub/<stack>; with WARN, none",
    ),
    ManualCheck(
        "WAF",
        "that the rate rule blocks with 429, and managed rules do not match image URLs",
        "send RequestsPerMinute requests and more; with ManagedRules=count, look at the sampled requests for a week",
    ),
    ManualCheck(
        "KeyValueStore",
        "that the CloudFront Function reads a new key within seconds",
        "rotate, then request a URL that is signed with the new key",
    ),
    ManualCheck(
        "SigV4A",
        "that the rotation's function may write to the KeyValueStore with the awscrt in its package",
        "its log after a rotation; an error is MissingDependencyException or AccessDenied",
    ),
    ManualCheck(
        "Secrets Manager",
        "that it calls the rotation by schedule, and tries again after one that came too early",
        "aws secretsmanager describe-secret: LastRotatedDate and NextRotationDate",
    ),
    ManualCheck(
        "ACM",
        "that the certificate is validated through the hosted zone, and renewed",
        "deploy with DomainName and HostedZoneId; the renewal is after eleven months",
    ),
    ManualCheck(
        "Route 53",
        "that the records answer on IPv4 and IPv6",
        "dig images.example.com A; dig images.example.com AAAA",
    ),
    ManualCheck(
        "Budgets", "that a mail comes at 80 percent", "deploy with MonthlyBudget=1, and wait for a day with costs"
    ),
    ManualCheck("Alarms", "that a mail comes, once its address is confirmed", "aws cloudwatch set-alarm-state"),
    ManualCheck(
        "Prices",
        "prices that infra/cost/prices.toml calls unverified, and what is free",
        "Cost Explorer after a month, grouped by usage type, beside python -m infra.cost",
    ),
    ManualCheck(
        "Flat-rate plans",
        "whether a plan takes Lambda@Edge, Origin Shield and the KeyValueStore",
        "choose the Free plan for a test distribution in the console; it names what it refuses",
    ),
    ManualCheck(
        "Quotas",
        "how many invalidations a second are accepted",
        "purge a thousand images at once: the worker logs TooManyInvalidationsInProgress and Throttling",
    ),
    ManualCheck(
        "Replicas",
        "how long after a removal the functions can be deleted",
        "aws lambda delete-function, every hour",
    ),
    ManualCheck(
        "API Gateway",
        "that facts need a signature by IAM or a token, and that a page of another host may still load images",
        "docs/api.md has the commands; leave out the token, and send OPTIONS with Origin to /v1/files",
    ),
    ManualCheck(
        "API Gateway",
        "whether HTTP APIs decode %25 in rawPath",
        "request a key with a % by infra/api.yaml; edge/payload/http_api.py reads either",
    ),
    ManualCheck(
        "CloudFront",
        "how soon an origin group asks its second origin",
        "compare S3's access log with the gateway's; above 2 s a new variant may be a 500 once",
    ),
    ManualCheck(
        "Access logs",
        "whether a distribution with access logs (v2) can be deleted",
        "docs/logs.md says to remove the logs' stack first",
    ),
)
