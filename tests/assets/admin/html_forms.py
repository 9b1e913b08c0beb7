"""The forms of a page, with the values that a browser would send."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


def fields_of(html: str, form_id: str = "") -> dict[str, Any]:
    """The fields of the form ``form_id``, or of the page's last form, without files, buttons and the CSRF token."""
    parser = _Parser()
    parser.feed(html)
    found = parser.forms[form_id] if form_id else list(parser.forms.values())[-1]
    return {name: value for name, value in found.items() if name != "csrfmiddlewaretoken"}


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, Any]] = {}
        self._fields: dict[str, Any] = {}
        self._name = ""

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        given = dict(pairs)
        name, kind = given.get("name") or "", given.get("type", "text")
        if tag == "form":
            self._fields = self.forms[given.get("id") or f"form {len(self.forms)}"] = {}
        elif tag in ("textarea", "select"):
            self._name, self._fields[name] = name, ""
        elif tag == "option" and "selected" in given:
            self._fields[self._name] = given.get("value")
        elif tag == "input" and name and self._is_sent(str(kind), given):
            self._fields[name] = given.get("value") or ("on" if kind == "checkbox" else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._fields[self._name] = self._fields[self._name].removeprefix("\n")
        if tag in ("textarea", "select"):
            self._name = ""

    def handle_data(self, data: str) -> None:
        if self._name and self.get_starttag_text() and (self.get_starttag_text() or "").startswith("<textarea"):
            self._fields[self._name] += data

    @staticmethod
    def _is_sent(kind: str, given: dict[str, str | None]) -> bool:
        if kind in ("checkbox", "radio"):
            return "checked" in given
        return kind not in ("file", "submit", "button", "reset")
