"""What the template asks for is what is priced."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.cost.deployment import Deployment, from_templates
from infra.cost.errors import CostError

TEMPLATE = """
Parameters:
  Memory: {Type: Number, Default: "1536"}
Resources:
  Viewer:
    Type: AWS::Lambda::Function
    Properties: {Handler: edge.viewer_request.handler, MemorySize: 192}
"""
RENDERER = """
  Renderer:
    Type: AWS::Lambda::Function
    Properties:
      Handler: edge.origin_response.handler
      MemorySize: !Ref Memory
      LoggingConfig: {LogFormat: JSON, SystemLogLevel: WARN, LogGroup: !Ref Logs}
"""
MORE = """
Parameters:
  Managed: {Type: String, Default: "off"}
  PerMinute: {Type: Number, Default: 3000}
Conditions:
  UsesManaged: !Not [!Equals [!Ref Managed, "off"]]
  LimitsRates: !Not [!Equals [!Ref PerMinute, 0]]
Resources:
  Firewall:
    Type: AWS::WAFv2::WebACL
    Properties:
      Rules:
        - {Name: query, Priority: 0}
        - !If [LimitsRates, {Name: rate, Priority: 1}, !Ref AWS::NoValue]
        - !If [UsesManaged, {Name: managed, Priority: 2}, !Ref AWS::NoValue]
  Dashboard: {Type: AWS::CloudWatch::Dashboard}
  Slow: {Type: AWS::CloudWatch::Alarm}
  Failed: {Type: AWS::CloudWatch::Alarm}
  Rendered: {Type: AWS::Logs::MetricFilter}
"""


def test_our_own_template_can_be_priced() -> None:
    deployment = from_templates()
    assert deployment.viewer_memory_mb == 128
    assert 128 <= deployment.renderer_memory_mb <= 10_240
    assert deployment.waf_rules >= 1


def test_split_templates_are_read_together(tmp_path: Path) -> None:
    (tmp_path / "edge.yaml").write_text(TEMPLATE + RENDERER)
    (tmp_path / "nested").mkdir()
    (tmp_path / "nested" / "monitoring.yaml").write_text(MORE)
    assert from_templates(tmp_path) == Deployment(192, 1536, True, False, 2, dashboards=1, alarms=2, metrics=1)


def test_without_a_firewall_one_rule_is_priced(tmp_path: Path) -> None:
    (tmp_path / "edge.yaml").write_text(TEMPLATE + RENDERER)
    assert from_templates(tmp_path).waf_rules == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (TEMPLATE, "No template in infra/ has a function with the handler edge.origin_response.handler."),
        ("Resources: [", "The template cannot be priced: "),
    ],
    ids=["no renderer", "no YAML"],
)
def test_a_template_that_cannot_be_priced_is_a_sentence(text: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "edge.yaml").write_text(text)
    with pytest.raises(CostError) as caught:
        from_templates(tmp_path)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"renderer_memory_mb": 64}, "Lambda has functions of 128 to 10,240 MB, not of 64 MB."),
        ({"viewer_memory_mb": 20_480}, "Lambda has functions of 128 to 10,240 MB, not of 20,480 MB."),
        ({"key_poll_seconds": 0}, "Signing keys are read again after 1 second or more, not after 0."),
    ],
    ids=["little", "much", "never"],
)
def test_what_lambda_does_not_have_is_refused(wrong: dict[str, int], sentence: str) -> None:
    with pytest.raises(CostError) as caught:
        Deployment(**wrong)  # type: ignore[arg-type] # numbers only
    assert str(caught.value) == sentence
