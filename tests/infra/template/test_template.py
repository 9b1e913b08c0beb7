"""The stack as a whole: what cfn-lint says, and what holds for every kind of resource."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.local.cloudfront.process import TEMPLATE
from tests.infra.template.resources import created, of_type, statements


def test_cfn_lint_finds_no_problem() -> None:
    linter = Path(sys.executable).parent / "cfn-lint"
    done = subprocess.run([linter, TEMPLATE], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


def test_no_statement_allows_everything(raw: dict[str, Any]) -> None:
    for statement in statements(raw):
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert not [action for action in actions if "*" in action]
        assert statement["Resource"] != "*"


@pytest.mark.parametrize("kind", ["AWS::S3::Bucket", "AWS::SecretsManager::Secret"])
def test_what_cannot_be_made_again_is_retained_unless_its_creation_failed(raw: dict[str, Any], kind: str) -> None:
    (resource,) = of_type(raw, kind).values()
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_of_the_managed_policies_one_statement_alone_names_no_resource(raw: dict[str, Any]) -> None:
    """Rekognition's actions have none. They are bound to a region, and left out unless somebody asks for them."""
    found: dict[bool, list[Any]] = {True: [], False: []}
    for region in ("", "eu-west-1"):
        for policy in created(AnalysisRegion=region).values():
            for statement in policy.get("PolicyDocument", {}).get("Statement", []):
                if statement["Resource"] == "*":
                    found[bool(region)].append(statement)
    assert found[False] == []
    (statement,) = found[True]
    assert {action.partition(":")[0] for action in statement["Action"]} == {"rekognition"}
    assert statement["Condition"] == {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}


@pytest.mark.parametrize(
    ("region", "is_one"),
    [("", True), ("eu-west-1", True), ("us-gov-west-1", True), ("*", False), ("eu-*", False), ("a-1,b-2", False)],
)
def test_the_region_of_rekognition_is_one_region_or_none(raw: dict[str, Any], region: str, is_one: bool) -> None:
    pattern = raw["Parameters"]["AnalysisRegion"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, region)) == is_one
