"""A property that the local CloudFront does not know is an error, wherever it is."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest

from infra.local.cloudfront.cloudformation import Template, TemplateError
from infra.local.cloudfront.known_properties import require_known
from infra.local.cloudfront.process import TEMPLATE


@pytest.fixture(scope="module")
def deployed() -> Mapping[str, Any]:
    template = Template.read(TEMPLATE)
    config: Mapping[str, Any] = template.resolve(template.only("AWS::CloudFront::Distribution")["DistributionConfig"])
    return config


def test_the_deployed_distribution_is_known(deployed: Mapping[str, Any]) -> None:
    require_known(deployed)


@pytest.mark.parametrize(
    ("place", "name", "whose"),
    [
        ((), "Restrictions", "the distribution's"),
        ((), "DefaultRootObject", "the distribution's"),
        ((), "Staging", "the distribution's"),
        (("Origins", 0), "ResponseCompletionTimeout", "the origin variants's"),
        (("CustomErrorResponses", 0), "ResponseCode", "the error 400's"),
        (("DefaultCacheBehavior",), "SmoothStreaming", "a cache behaviour's"),
        (("DefaultCacheBehavior",), "RealtimeLogConfigArn", "a cache behaviour's"),
        (("DefaultCacheBehavior",), "FieldLevelEncryptionId", "a cache behaviour's"),
    ],
)
def test_another_property_is_an_error(
    deployed: Mapping[str, Any], place: tuple[Any, ...], name: str, whose: str
) -> None:
    changed: Any = copy.deepcopy(dict(deployed))
    node = changed
    for step in place:
        node = node[step]
    node[name] = "anything"
    with pytest.raises(TemplateError, match=f"^{whose} property {name} is not supported by the local CloudFront$"):
        require_known(changed)
