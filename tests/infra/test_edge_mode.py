"""The mode of a stack, from its parameters, as the template reads them."""

from __future__ import annotations

from typing import Any

import pytest

from infra.edge_mode import MODES, VIEWER_REQUESTS, EdgeMode
from infra.local.cloudfront.cloudformation import Template
from infra.local.cloudfront.process import TEMPLATE


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("viewer_request", VIEWER_REQUESTS)
def test_the_mode_is_the_one_of_the_templates_conditions(mode: str, viewer_request: str) -> None:
    given: dict[str, Any] = {"Mode": mode, "ViewerRequest": viewer_request}
    template = Template.read(TEMPLATE, given)
    found = EdgeMode.of(given)
    assert found.regional is template.resolve({"Condition": "IsRegional"})
    assert found.function is template.resolve({"Condition": "UsesFunction"})


def test_a_stack_that_names_none_has_the_default() -> None:
    assert EdgeMode.of({}) == EdgeMode.of({"Mode": MODES[0], "ViewerRequest": VIEWER_REQUESTS[0]}) == EdgeMode()
    defaults = Template.read(TEMPLATE).document["Parameters"]
    assert defaults["Mode"]["AllowedValues"] == list(MODES)
    assert defaults["ViewerRequest"]["AllowedValues"] == list(VIEWER_REQUESTS)


def test_a_mode_is_named_in_messages() -> None:
    texts = [str(EdgeMode()), str(EdgeMode(function=True)), str(EdgeMode(regional=True, function=True))]
    assert texts == ["edge", "edge with the function", "regional"]
