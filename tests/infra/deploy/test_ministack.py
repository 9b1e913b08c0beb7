"""What the tests of deployments leave out of the template, because ministack does not know it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from infra.deploy.aws import Aws
from infra.local.cloudfront.cloudformation import Template
from infra.local.cloudfront.process import TEMPLATE
from tests.ministack import UNSUPPORTED_TYPES, supported


@pytest.mark.parametrize("kind", UNSUPPORTED_TYPES)
def test_a_type_that_is_left_out_would_be_refused_even_if_its_condition_is_false(account: Aws, kind: str) -> None:
    template = {
        "Parameters": {"CodeBucket": {"Type": "String"}},
        "Conditions": {"Never": {"Fn::Equals": ["a", "b"]}},
        "Resources": {"Refused": {"Type": kind, "Condition": "Never"}},
    }
    with pytest.raises(ClientError, match=f"Unrecognized resource types: .*{kind}"):
        account.cloudformation.validate_template(TemplateBody=json.dumps(template))


def test_nothing_else_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(supported(TEMPLATE.read_text()))
    before, after = (
        Counter(each["Type"] for each in Template.read(file).document["Resources"].values())
        for file in (TEMPLATE, path)
    )
    assert (before - after).keys() == set(UNSUPPORTED_TYPES)
    assert after == Counter({kind: number for kind, number in before.items() if kind not in UNSUPPORTED_TYPES})
