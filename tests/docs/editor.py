"""An editor of the site that docs/setup.md sets up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import urllib3

HOST = "www.example.org"
ACCOUNT = {"USERNAME": "editor", "PASSWORD": "correct-horse-battery", "EMAIL": "editor@example.org"}
TIMEOUT = urllib3.Timeout(connect=5, read=60)
Field = str | tuple[str, bytes, str]


@dataclass
class Editor:
    """An editor's browser, without JavaScript: it keeps cookies and posts forms."""

    base: str
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    http: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False))

    def get(self, path: str) -> str:
        return self._request("GET", path)

    def post(self, path: str, fields: Mapping[str, Field]) -> str:
        """Fill in the form at ``path``. Its hidden and preset fields are sent as they are."""
        form = self.get(path)
        tags = re.findall(r"<input\b[^>]*>", form)
        given = {
            name: value for tag in tags if (name := _attribute(tag, "name")) and (value := _value(tag)) is not None
        }
        return self._request("POST", path, {**given, **fields})

    def log_in(self) -> None:
        account = {"username": ACCOUNT["USERNAME"], "password": ACCOUNT["PASSWORD"]}
        assert "Log out" in self.post("/admin/login/?next=/admin/", account)

    def add_image(self, name: str, body: bytes) -> None:
        self._save_image("/admin/imagehub/asset/add/", name, body)

    def replace_image(self, body: bytes) -> None:
        listed = self.get("/admin/imagehub/asset/")
        found = re.search(r"/admin/imagehub/asset/\d+/change/", listed)
        assert found, listed
        self._save_image(found[0], "replaced.jpg", body)

    def _save_image(self, path: str, name: str, body: bytes) -> None:
        saved = self.post(path, {"original": (name, body, "image/jpeg"), "_save": "Save"})
        assert "successfully" in saved, re.findall(r'<ul class="errorlist.*?</ul>', saved)

    def image_url(self) -> str:
        """The URL of the image on the home page."""
        page = self.get("/")
        found = re.search(r'<img src="([^"]+)"', page)
        assert found, page
        return found[1].replace("&amp;", "&")

    def _request(self, method: str, path: str, fields: Mapping[str, Field] | None = None) -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **self.headers}
        url = self.base + path
        headers["Referer"] = f"https://{HOST}/" if self.headers else url
        reply = self.http.request(method, url, fields=fields, headers=headers, redirect=False, timeout=TIMEOUT)
        for cookie in reply.headers.getlist("Set-Cookie"):
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        if location := reply.headers.get("Location"):
            return self._request("GET", location)
        assert reply.status == 200, f"{method} {path}: {reply.status}\n{reply.data.decode()}"
        return reply.data.decode()


def _attribute(tag: str, name: str) -> str | None:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else None


def _value(tag: str) -> str | None:
    """What a browser sends of an input that nobody touched."""
    kind = _attribute(tag, "type")
    if kind in ("submit", "file", "button") or (kind in ("checkbox", "radio") and "checked" not in tag):
        return None
    return _attribute(tag, "value") or ""
