"""The errors' messages are shown to people as they are, so each says what is wrong and what to do."""

from __future__ import annotations

import ast
import re

from tests.machine import ROOT

_ERRORS = {"RetryLater", "PermanentFailure", "SigningKeyStoreError"}


def messages() -> list[str]:
    """The literal messages of our errors, with ``…`` for what is filled in."""
    found = []
    for path in (ROOT / "assets").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ERRORS and node.args:
                found.append(_text(node.args[0]))
    return [text for text in found if text]


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return ""


def test_each_message_is_one_or_more_sentences() -> None:
    assert len(messages()) > 5
    for text in messages():
        assert re.match(r"[A-Z…]", text), text
        assert text.endswith((".", "…")), text
