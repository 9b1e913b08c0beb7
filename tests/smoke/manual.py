"""What the command cannot ask, and how to find it out by hand."""

from __future__ import annotations

MANUAL_CHECKS = (
    ("an unknown field in a function's result", "our functions return none, and must not"),
    ("a body between MAX_BODY and 1 MB", "our functions redirect above MAX_BODY; a function of your own could try"),
    ("a viewer-request function with more than 128 MB or 5 s", "the template uses neither; deploy one that does"),
    ("20,480 or 32,768 bytes of headers in a result", "our results have about 600"),
    (
        "distributionId or distributionID, and authMethod with OAC, in events",
        "we read neither; log an event",
    ),
    (
        "where origin-response runs with Origin Shield",
        "see which regions have logs of /aws/lambda/us-east-1.<stack>-*",
    ),
    ("whether trusted key groups are checked before viewer-request", "the template uses none"),
    ("what GET / returns if CloudFront may list the bucket", "the bucket policy does not allow that"),
    ("whether EventBridge events encode object keys", "nothing here receives them"),
    ("stale copies while storage is unavailable", "this needs an outage; tests/infra/local shows it locally"),
    (
        "whether HTTP APIs decode %25 in rawPath",
        "request a key with a % by infra/api.yaml; edge/payload/http_api.py reads either",
    ),
    (
        "how soon an origin group asks its second origin",
        "compare S3's access log with the gateway's; above 2 s a new variant may be a 500 once",
    ),
    (
        "whether a distribution with access logs (v2) can be deleted",
        "docs/logs.md says to remove the logs' stack first",
    ),
    ("prices, and Lambda@Edge on flat-rate plans", "see the bill"),
)
