"""The minifier: each thing that it does, on a line of JavaScript."""

from __future__ import annotations

import pytest

from infra.functions.minify import minify, tokenize


@pytest.mark.parametrize(
    ("source", "small"),
    [
        ("// why\nconst long = 1; // this\nfirst(long);", "let a=1;first(a)"),
        ("const one = 1;\nconst two = 2;\nlet three;\nf(one, two, three);", "let a=1,c=2,b;f(a,c,b)"),
        ("f(() => { const one = 1; const two = 2; g(one, two); });", "f(()=>{let a=1,b=2;g(a,b)})"),
        ("function add(left, right) { return left + right; }", "let c=(a,b)=>a+b"),
        ("function f1(x1) { x1(); } function f2(x2) { x2(); }", "let b=a=>{a()},c=a=>{a()}"),
        ("call((item) => item.item);", "call((a)=>a.item)"),
        ("try { a1(); } catch (error) { b1(error); }", "try{a1()}catch(a){b1(a)}"),
        ("if (a1) { b1(); } else { c1(); }", "if(a1)b1();else c1()"),
        ("if (a1) { b1(); c1 = d1; }", "if(a1)b1(),c1=d1"),
        ("if (a1) { b1(); return c1; }", "if(a1){b1();return c1}"),
        ("if (a1) { if (b1) { c1(); } } else { d1(); }", "if(a1){if(b1)c1()}else d1()"),
        ("if (a1) { b1 = { c1: 1 }; }", "if(a1){b1={c1:1}}"),
        ("for (let i = 0; i < n1; i++) { f1(i); }", "for(let a=0;a<n1;a++)f1(a)"),
        ("if (NEVER || a1) { b1(!NEVER && c1, d1 && NEVER || e1); }", "if(a1)b1(c1,d1&&false||e1)"),
        (
            "const one = () => { const two = { a1: {} }; const three = 3; return two; };\nconst four = 4;",
            "let c=()=>{let a={a1:{}},d=3;return a},b=4",
        ),
        ("f(a1 / b1 / c1, a1[0] / 2, (a1) / 2);", "f(a1/b1/c1,a1[0]/2,(a1)/2)"),
        ("f('a' + /b1 c/.source, typeof /long name/, a1 < /x/.y, a1 / /x/.y);",
         "f('a'+/b1 c/.source,typeof/long name/,a1</x/.y,a1/ /x/.y)"),
        ("f(/[/]\\//, /a\\/b/g, '/' + \"/*\", 'it\\'s' + 'b');", "f(/[/]\\//,/a\\/b/g,'//*','it\\'s'+'b')"),
        ("f('a' + 'b'.length, 'a' + 2 * b1, a1 - 'b' + 'c', 'a' + 'b'[0]);",
         "f('a'+'b'.length,'a'+2*b1,a1-'b'+'c','a'+'b'[0])"),
        ("f(/x/ / 2, a1++ / 2, b1 /= /y/.z);", "f(/x/ /2,a1++/2,b1/=/y/.z)"),
        ("f([,], [1, , ], [, 2], [1, ]);", "f([,],[1,,],[,2],[1])"),
        ("f('a' + \"it's\" + 'b');", "f('ait\\'sb')"),
        ("if (f(a1)) { return b1; } c1();", "if(f(a1))return b1;c1()"),
        ("while (a1) { b1(); }", "while(a1)b1()"),
        ("const x1 = { own: 1, other: x2 };\nx1.own = x1.other;", "let a={a:1,other:x2};a.a=a.other"),
        ("f(a1 ? own : b1, own);", "f(a1?own:b1,own)"),
        ("f('a' + LIMIT + \"b\" + c1 + 'd' + 'e');", "f('a12b'+c1+'de')"),
        ("f(a1 + + b1 - - c1 / d1);", "f(a1+ +b1- -c1/d1)"),
        ("f(/[/'\"]\\/ /g.test(a1), '// no comment');", "f(/[/'\"]\\/ /g.test(a1),'// no comment')"),
        ("return /a b/.test(x1) ? typeof x1 : x1 in y1;", "return/a b/.test(x1)?typeof x1:x1 in y1"),
        ("f([1, 2,], g);", "f([1,2],g)"),
    ],
)  # fmt: skip
def test_it_shortens(source: str, small: str) -> None:
    assert minify(source, {"LIMIT": "12", "NEVER": "false"}, [], ["own"]) == small


@pytest.mark.parametrize("source", ["f(`template`);", "a # b", "'no end"])
def test_what_it_does_not_know_is_an_error(source: str) -> None:
    with pytest.raises(ValueError, match="cannot minify"):
        list(tokenize(source))
