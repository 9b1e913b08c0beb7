"""The template as CloudFormation reads it."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.cloudfront.cloudformation import Template
from infra.local.cloudfront.process import TEMPLATE


@pytest.fixture(scope="module")
def raw() -> dict[str, Any]:
    """The template with ``!Ref X`` as ``{"Ref": "X"}``."""
    return dict(Template.read(TEMPLATE).document)
