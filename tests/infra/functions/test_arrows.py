"""Functions as arrow functions."""

from __future__ import annotations

import pytest

from infra.functions.arrows import as_arrows
from infra.functions.minify import tokenize


@pytest.mark.parametrize(
    ("source", "arrows"),
    [
        ("function add(a, b) { return a + b; }", "let add = ( a , b ) => a + b ;"),
        ("function none() { return { a: 1 }; }", "let none = ( ) => ( { a : 1 } ) ;"),
        ("function two(a) { f(a); return a; }", "let two = a => { f ( a ) ; return a ; } ;"),
        ("async function later(a) { return a; }", "let later = async a => a ;"),
        (
            "function kept(a) { g(a); }\nfunction g() { h(); }",
            "let g = ( ) => { h ( ) ; } ; function kept ( a ) { g ( a ) ; }",
        ),
        ("const x = 1;\nfunction f(a) { return a; }\nconst y = 2;", "const x = 1 ; let f = a => a ; const y = 2 ;"),
    ],
    ids=["value", "object", "statements", "async", "kept", "between"],
)  # fmt: skip
def test_a_function_becomes_an_arrow_function(source: str, arrows: str) -> None:
    assert " ".join(as_arrows(list(tokenize(source)), ["kept"])) == arrows


def test_what_only_the_lazy_function_needs_is_declared_in_it() -> None:
    source = (
        "import x from 'x'; const both = 1; const rare = 2; const odd = { a: 1 }; const none = 3;"
        "function kept() { f(both); } function other(a) { g(a); }"
        "function f(a) { return h(a); } function g(a) { return a + rare + both + x; } function h() { return odd; }"
    )
    arrows = " ".join(as_arrows(list(tokenize(source)), ["kept", "other"], "other"))
    assert arrows == (
        "import x from 'x' ; const both = 1 ; const odd = { a : 1 } ; let f = a => h ( a ) ; let h = ( ) => odd ; "
        "function kept ( ) { f ( both ) ; } "
        "function other ( a ) { const rare = 2 ; const none = 3 ; let g = a => a + rare + both + x ; g ( a ) ; }"
    )
