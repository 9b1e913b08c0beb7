"""The project's URLs."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles import finders
from django.test import Client


def test_the_root_redirects_to_the_gallery(client: Client) -> None:
    reply = client.get("/")
    assert (reply.status_code, reply["Location"]) == (302, "/gallery/")


def test_the_icon_is_found_at_the_path_that_browsers_request(client: Client, settings: Any) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    reply = client.get("/favicon.ico")
    assert (reply.status_code, reply["Location"]) == (302, "/static/demo/logo.svg")
    assert finders.find("demo/logo.svg")
