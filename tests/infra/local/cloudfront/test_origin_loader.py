"""The origins of a template: a bucket, a function URL, and both in a group."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local.cloudfront.cloudformation import TemplateError
from infra.local.cloudfront.distribution import FunctionUrlOrigin, OriginGroup, S3Origin
from infra.local.cloudfront.distribution_loader import load_distribution
from infra.local.cloudfront.process import TEMPLATE
from tests.infra.local.cloudfront.stub_site import REGIONAL


def test_the_deployed_template_in_the_mode_regional() -> None:
    (behaviour,) = load_distribution(TEMPLATE, {"Mode": "regional"}).behaviours
    group = behaviour.origin
    assert isinstance(group, OriginGroup)
    assert isinstance(group.primary, S3Origin)
    assert isinstance(group.secondary, FunctionUrlOrigin)
    assert group.secondary.function.handler == "edge.gateway.handler"
    assert group.statuses == {403, 404}
    assert behaviour.origin_response is None


def test_a_group_has_both_origins_in_their_order() -> None:
    (behaviour,) = load_distribution(REGIONAL).behaviours
    bucket, url = behaviour.origins
    assert bucket == S3Origin("imagehub-local-bucket", "us-east-1", "/variants")
    assert isinstance(url, FunctionUrlOrigin)
    assert url.headers == (("x-origin", "url"),)
    assert url.domain == "gateway.lambda-url.us-east-1.on.aws"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("OriginAccessControlOriginType: lambda", "OriginAccessControlOriginType: s3", "would answer 403"),
        ("SigningBehavior: always", "SigningBehavior: never", "would answer 403"),
        ("            OriginAccessControlId: !GetAtt UrlAccess.Id\n", "", "expected a reference"),
        ("InvokeMode: BUFFERED", "InvokeMode: RESPONSE_STREAM", "that streams its replies is not supported"),
        ("InvokeMode: BUFFERED", "InvokeMode: BUFFERED, Cors: {}", "Url's property Cors is not supported"),
        ("Items: [403, 404]", "Items: [403, 401]", "cannot fail over on 401"),
        ("- Id: both\n", "- Id: both\n              SelectionCriteria: default\n", "both's property SelectionCriteria"),
        ("{Enabled: true, ", "{Enabled: true, Cache: 1, ", "s3's property Cache is not supported"),
        ("OriginReadTimeout: 30", "HTTPPort: 30", "url's property HTTPPort is not supported"),
        ('OriginAccessIdentity: ""', 'OriginAccessIdentity: "", Other: 1', "s3's property Other is not supported"),
        (
            '            S3OriginConfig: {OriginAccessIdentity: ""}\n',
            "",
            "neither a bucket nor a function URL of the same template",
        ),
        ("TargetOriginId: both", "TargetOriginId: other", "lacks 'other'"),
    ],
)
def test_what_would_not_work_at_aws_or_is_not_known_here_is_an_error(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    text = REGIONAL.read_text()
    assert old in text
    (tmp_path / "template.yaml").write_text(text.replace(old, new))
    with pytest.raises(TemplateError, match=reason):
        load_distribution(tmp_path / "template.yaml")
