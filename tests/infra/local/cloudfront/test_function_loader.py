"""The functions of a template: on which events, with which runtime and variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local.cloudfront.cloudformation import TemplateError
from infra.local.cloudfront.distribution import CloudFrontFunction, FunctionUrlOrigin
from infra.local.cloudfront.distribution_loader import load_distribution
from infra.local.cloudfront.process import TEMPLATE
from tests.infra.local.cloudfront.stub_site import REGIONAL


@pytest.mark.parametrize("parameters", [{"ViewerRequest": "function"}, {"Mode": "regional"}], ids=str)
def test_the_deployed_function_is_put_together_from_the_parameters(parameters: dict[str, str]) -> None:
    given = {**parameters, "ViewerRequestCode1": "a", "ViewerRequestCode2": "b", "SigningSecretArn": "arn"}
    (behaviour,) = load_distribution(TEMPLATE, given).behaviours
    assert behaviour.viewer_request == CloudFrontFunction("ViewerRequestCode", "ab", reads_keys=True)


def test_variables_are_read_and_functions_at_the_edge_have_none() -> None:
    (regional,) = load_distribution(REGIONAL).behaviours
    url = regional.origins[1]
    assert isinstance(url, FunctionUrlOrigin)
    assert dict(url.function.environment)["GREETING"] == "hello"
    (edge,) = load_distribution(TEMPLATE).behaviours
    assert edge.origin_response is not None
    assert edge.origin_response.environment == ()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("EventType: viewer-request", "EventType: viewer-response", "a CloudFront Function on viewer-response"),
        ("cloudfront-js-2.0", "cloudfront-js-1.0", "the runtime cloudfront-js-1.0 is not supported"),
        (
            "      AutoPublish: true\n",
            "      AutoPublish: true\n      Stage: LIVE\n",
            "property Stage is not supported",
        ),
        ("        Comment: For tests.\n", "        Timeout: 1\n", "property Timeout is not supported"),
        (
            "          FunctionAssociations:\n",
            "          LambdaFunctionAssociations: [{EventType: viewer-request, LambdaFunctionARN: !Ref Version}]\n"
            "          FunctionAssociations:\n",
            "either Lambda@Edge or a CloudFront Function on viewer-request, not both",
        ),
    ],
)
def test_what_is_not_known_here_is_an_error(tmp_path: Path, old: str, new: str, reason: str) -> None:
    version = "  Version: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Gateway}}\n"
    text = REGIONAL.read_text().replace("Resources:\n", f"Resources:\n{version}", 1)
    assert old in text
    (tmp_path / "template.yaml").write_text(text.replace(old, new, 1))
    with pytest.raises(TemplateError, match=reason):
        load_distribution(tmp_path / "template.yaml")
