"""The stack as a whole: what cfn-lint says, and what holds for every kind of resource."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.local.cloudfront.process import TEMPLATE
from tests.infra.template.resources import (
    of_type,
    statements,
)


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
