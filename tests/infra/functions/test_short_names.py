"""Names that are shortened, and those that must stay."""

from __future__ import annotations

from infra.functions.minify import minify, tokenize
from infra.functions.short_names import shorten_names


def test_names_to_keep_are_kept() -> None:
    assert minify("function handler(event) { return event; }", {}, ["handler"]) == "function handler(a){return a}"


def test_a_new_name_is_never_one_that_is_used() -> None:
    assert minify("const long = a(b);", {}, []) == "let c=a(b)"


def test_functions_share_short_names_and_the_file_uses_others() -> None:
    source = "const shared = 1; function first(one) { use(one, shared); } function second(two) { use(two, shared); }"
    short = shorten_names(list(tokenize(source)), ["first", "second"], [])
    assert " ".join(short) == (
        "const b = 1 ; function first ( a ) { use ( a , b ) ; } function second ( a ) { use ( a , b ) ; }"
    )


def test_a_property_is_shortened_only_if_it_is_named() -> None:
    assert shorten_names(list(tokenize("x1.own = x1.other;")), [], ["own"]) == [
        "x1",
        ".",
        "a",
        "=",
        "x1",
        ".",
        "other",
        ";",
    ]
