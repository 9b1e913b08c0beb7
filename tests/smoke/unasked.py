"""What this cannot ask, and how to find it out."""

from __future__ import annotations

UNASKED = (
    ("an unknown field in a function's result", "our functions return none; nothing may rest on it"),
    ("a body between MAX_BODY and 1 MB", "our functions redirect above MAX_BODY; a function of your own could try"),
    ("a viewer-request function of more than 128 MB or 5 s", "the template asks for neither; deploy one that does"),
    ("20,480 or 32,768 bytes of headers in a result", "ours have some 600"),
    ("distributionId or distributionID, and authMethod with OAC, in events", "we read neither; log an event to see"),
    ("where origin-response runs with Origin Shield", "see in which regions /aws/lambda/us-east-1.<stack>-* has logs"),
    ("whether trusted key groups are checked before viewer-request", "the template uses none"),
    ("what GET / shows where CloudFront may list the bucket", "the bucket policy lets it list nothing"),
    ("keys in EventBridge events, encoded or not", "nothing here listens to them"),
    ("stale copies while the store is away", "needs an outage; tests/infra shows it locally"),
    ("prices, and Lambda@Edge on flat-rate plans", "the bill says"),
)
