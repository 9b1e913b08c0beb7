"""docs/answers.md lists the statuses and lifetimes that the code has."""

from __future__ import annotations

import re

from edge.contract import cache_control
from edge.contract.cache_control import (
    ALIAS,
    FACTS,
    IMMUTABLE,
    NO_STORE,
    PROVISIONAL,
    REDIRECT,
    SIH_IMAGE,
    error_lifetime,
)
from edge.contract.errors import EdgeError
from edge.rendering.variant_reply import MAX_BODY
from tests.docs.markdown import Page, code_words
from tests.machine import ROOT

PAGE = Page.read(ROOT / "docs" / "answers.md")
#: S3's own answers, which pass through with the lifetime of the stored variant.
OF_S3 = [("304", ""), ("206", ""), ("416", "")]
KEPT = {
    IMMUTABLE: "for a year",
    ALIAS: "until a purge, at most a day",
    PROVISIONAL: "for a minute",
    "max-age=60": "for a minute",
    "max-age=10": "for 10 seconds",
    NO_STORE: "no",
    FACTS: "no",
    SIH_IMAGE: "for a year, or until a purge",
}


def documented() -> list[tuple[str, str]]:
    return [(row[0], "".join(code_words(row[3]))) for row in PAGE.table("Statuses")]


def test_the_table_has_every_status_with_its_lifetimes_in_order() -> None:
    assert documented() == [
        ("200", IMMUTABLE),
        ("200", ALIAS),
        ("200", PROVISIONAL),
        ("200", SIH_IMAGE),
        ("200", FACTS),
        ("302", REDIRECT),
        ("302", NO_STORE),
        *OF_S3,
        ("400", NO_STORE),
        ("400", error_lifetime(400)),
        ("403", NO_STORE),
        ("404", error_lifetime(404)),
        ("405", NO_STORE),
        ("415", error_lifetime(415)),
        ("500", error_lifetime(500)),
        ("503", error_lifetime(503)),
    ]


def test_each_row_says_in_words_how_long_cloudfront_keeps_it() -> None:
    for row in PAGE.table("Statuses"):
        if row[3]:
            assert row[2] == KEPT["".join(code_words(row[3]))], row


def test_the_table_has_every_lifetime_and_every_status_of_an_error() -> None:
    lifetimes = {getattr(cache_control, name) for name in dir(cache_control) if name.isupper() and name[0] != "_"}
    assert lifetimes <= {lifetime for _, lifetime in documented()}
    assert {str(error.status) for error in EdgeError.__subclasses__()} <= {status for status, _ in documented()}


def test_the_size_of_the_largest_generated_reply_is_that_of_the_code() -> None:
    (size,) = re.findall(r"above ([\d,]+) bytes", PAGE.section("Images that are too large").prose)
    assert int(size.replace(",", "")) == MAX_BODY
