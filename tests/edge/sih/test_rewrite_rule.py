"""The operator's rule: JavaScript's meaning, and never more than a moment."""

from __future__ import annotations

import time

import pytest

from edge.sih.errors import SihError
from edge.sih.rewrite_rule import MAX_PATH, RewriteRule


@pytest.mark.parametrize(
    ("pattern", "substitution", "path", "result"),
    [
        ("/(filters-)/gm", "filters:", "/filters-a()/filters-b()/x.jpg", "/filters:a()/filters:b()/x.jpg"),
        ("/a/", "b", "/aaa", "/baa"),
        (r"/^\/w(\d+)\/(.+)$/", "/$1x0/$2", "/w300/x.jpg", "/300x0/x.jpg"),
        ("/(?<size>[0-9]+)/", "<$<size>>$$", "/12", "/<12>$"),
        ("/b/", "[$&]", "/abc", "/a[b]c"),
        ("/B/i", "\\x", "/abc", "/a\\xc"),
        (r"/[)*+]+/", "-", "/a)+b", "/a-b"),
        (r"/\w/", "-", "é/a", "é/-"),
    ],
)
def test_a_rule_means_what_javascript_means(pattern: str, substitution: str, path: str, result: str) -> None:
    assert RewriteRule.parse(pattern, substitution).apply(path) == result


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("/(a+)+$/", "may never end"),
        ("/(a|aa)*$/", "may never end"),
        ("/(a?){30}a{30}/", "may never end"),
        ("/(?:(?:ab)*c)*d/", "may never end"),
        ("/((a+)b)*?c/", "may never end"),
        (r"/(a)\1/", "refers back"),
        (r"/(?<n>a)\k<n>/", "refers back"),
        ("/(/", "cannot be used"),
        ("/)/", "cannot be used"),
        ("/a/x", "flags"),
        ("a", "/pattern/flags"),
        ("/" + "a" * 600 + "/", "512"),
    ],
)
def test_a_rule_that_may_never_end_or_cannot_be_read_is_refused(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        RewriteRule.parse(pattern, "")


def test_a_group_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be used"):
        RewriteRule.parse("/(a)/", "$2")


@pytest.mark.parametrize("pattern", ["/.*.*.*.*.*x$/", "/" + "a?" * 60 + "a" * 60 + "/", "/(a|b|ab)(.*)(.*)(.*)(.*)!/"])
def test_a_rule_that_explodes_is_stopped(pattern: str) -> None:
    rule, began = RewriteRule.parse(pattern, ""), time.monotonic()
    with pytest.raises(SihError, match="too long to rewrite"):
        rule.apply("/" + "a" * (MAX_PATH - 1) if "?" not in pattern else "/" + "a" * 59 + "b" + "a" * 59)
    assert time.monotonic() - began < 2


def test_with_one_quantifier_the_longest_path_takes_no_time() -> None:
    rule, began = RewriteRule.parse("/a*!/", ""), time.process_time()
    assert rule.apply("a" * MAX_PATH) == "a" * MAX_PATH
    assert time.process_time() - began < 0.5


def test_a_longer_path_is_not_rewritten() -> None:
    with pytest.raises(SihError, match="2049"):
        RewriteRule.parse("/a/", "").apply("a" * 2049)
