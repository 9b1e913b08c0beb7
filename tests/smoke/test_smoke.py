"""The smoke test itself: it passes locally, finds a wrong configuration, and leaves nothing behind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra.local.cloudfront.process import TEMPLATE
from tests.docs.markdown import Page
from tests.edge.storage.scripted import answer, run_script
from tests.machine import ROOT
from tests.smoke import __main__ as smoke
from tests.smoke.manual import MANUAL_CHECKS
from tests.smoke.question import QUESTIONS
from tests.smoke.stack import open_stack
from tests.smoke.visit import Visit


@pytest.mark.parametrize(("name", "other"), [("local", "regional"), ("local-regional", "edge")])
def test_the_local_cloudfront_answers_as_expected(name: str, other: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert smoke.main(name) == 0
    output = capsys.readouterr().out
    assert "differs" not in output
    not_asked = re.findall(r"could not be asked +(.+)", output)
    assert set(not_asked) <= {
        "the local CloudFront speaks plain HTTP only",
        f"this is about the {other} mode",
        "the stack does not put out the function's URL",
    }
    assert output.count("as expected") == len(QUESTIONS) - len(not_asked) > 25


@pytest.mark.parametrize(
    ("config", "name", "to_change"),
    [
        (
            "        CacheTagConfig:\n          HeaderName: x-amz-meta-cache-tag\n",
            "a tag on a generated reply",
            "assets/purge.py would have to invalidate paths too",
        ),
        (
            "            - Header: Vary\n              Value: Accept\n              Override: true\n",
            "vary reaches browsers and does not split the cache",
            "the response headers policy",
        ),
    ],
    ids=["no cache tags", "no Vary"],
)
def test_a_distribution_that_breaks_imagehub_is_found(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    config: str,
    name: str,
    to_change: str,
) -> None:
    text = TEMPLATE.read_text()
    assert config in text
    (tmp_path / "template.yaml").write_text(text.replace(config, ""))
    monkeypatch.setattr(smoke, "QUESTIONS", [asked for asked in QUESTIONS if asked.name == name])
    assert smoke.main("local", tmp_path / "template.yaml") == 1
    output = capsys.readouterr().out
    assert "differs" in output
    assert to_change in output


def test_it_deletes_what_it_uploaded() -> None:
    with open_stack("local") as stack:
        visit = Visit(stack)
        assert visit.get(visit.url(visit.upload("a.png"))).status == 200
        assert len(list(stack.store.list(""))) == 2
        visit.clean_up()
        assert list(stack.store.list("")) == []


def test_a_stack_is_found_by_its_outputs(monkeypatch: pytest.MonkeyPatch) -> None:
    """CloudFormation's reply has the names of the template's outputs."""
    values = {"DistributionId": "E2EXAMPLE", "DomainName": "d1.cloudfront.net", "BucketName": "example-pictures"}
    outputs = TEMPLATE.read_text().partition("\nOutputs:")[2]
    assert all(f"\n  {name}:\n" in outputs for name in values)
    members = "".join(
        f"<member><OutputKey>{key}</OutputKey><OutputValue>{value}</OutputValue></member>"
        for key, value in values.items()
    )
    output = f"<Stacks><member><StackName>pictures</StackName><Outputs>{members}</Outputs></member></Stacks>"
    body = f"<DescribeStacksResponse><DescribeStacksResult>{output}</DescribeStacksResult></DescribeStacksResponse>"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with run_script() as server:
        server.steps = [answer("200 OK", body.encode(), content_type="text/xml", keep_alive=False)]
        monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFORMATION", server.endpoint)
        with open_stack("pictures") as stack:
            assert (stack.url, stack.distribution_id) == ("https://d1.cloudfront.net", "E2EXAMPLE")
            assert not stack.is_local
        (asked,) = server.requests
        assert b"Action=DescribeStacks" in asked
        assert b"StackName=pictures" in asked


def test_a_stack_that_cannot_be_asked_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert smoke.main("imagehub") == 2
    assert "The stack imagehub cannot be asked" in capsys.readouterr().err


#: What the design rests on and no simulation proves.
TOPICS = {
    "ACM", "API Gateway", "Access logs", "Alarms", "Budgets", "CloudFront", "Flat-rate plans", "KeyValueStore",
    "Lambda@Edge", "LoggingConfig", "Origin Shield", "Prices", "Quotas", "Replicas", "Route 53", "S3",
    "Secrets Manager", "SigV4A", "WAF",
}  # fmt: skip


def test_the_page_lists_every_question_and_every_check_by_hand() -> None:
    page = Page.read(ROOT / "docs" / "smoke.md").section("What only a real account can prove")
    tables = re.findall(r"(?:^\|.+\n)+", page.text, re.MULTILINE)
    asked, by_hand = ([line.strip("| \n").split(" | ") for line in table.splitlines()[2:]] for table in tables)
    assert sorted(name for _, name in asked) == sorted(each.name for each in QUESTIONS)
    assert by_hand == [list(check) for check in MANUAL_CHECKS]


def test_each_topic_has_a_check_by_hand() -> None:
    assert {check.topic for check in MANUAL_CHECKS} == TOPICS


def test_each_question_names_its_source_and_what_to_change() -> None:
    for asked in QUESTIONS:
        assert asked.asks.endswith((".", "?")), asked.name
        assert asked.source.startswith("https://docs.aws.amazon.com/"), asked.name
        assert asked.documented, asked.name
        assert asked.otherwise, asked.name
