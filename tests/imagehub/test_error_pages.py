"""Requests that fail are answered in the project's design, with a way back. A host's own pages are not touched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from imagehub import error_pages, urls

pytestmark = pytest.mark.django_db

handler400, handler403, handler404, handler500 = (getattr(urls, f"handler{status}") for status in (400, 403, 404, 500))


def fail(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("secret detail")


urlpatterns = [*urls.urlpatterns, path("broken/", fail)]
ASSET_FORM = "/admin/imagehub/asset/add/"
LOOKED = "/admin/imagehub/preset/"


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Any) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def editor() -> Client:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(get_user_model().objects.create_user("editor", is_staff=True))
    return client


def check(reply: Any, status: int, text: str) -> None:
    page = " ".join(reply.content.decode().split())
    assert reply.status_code == status
    assert text in page
    assert f"Error {status}" in page
    assert 'href="/admin/"' in page
    assert 'href="/gallery/"' in page
    assert "/static/demo/error.css" in page


def test_an_unknown_address_has_a_way_back(client: Client) -> None:
    check(client.get("/nowhere/"), 404, "This page does not exist")


def test_a_missing_permission_is_said_to_be_one(editor: Client) -> None:
    check(editor.get(LOOKED), 403, "Ask an administrator for it")


def test_a_form_without_its_csrf_token_saves_nothing_and_says_so(editor: Client) -> None:
    check(editor.post("/admin/login/", {"username": "editor"}), 403, "nothing was saved")


def test_a_request_that_is_not_understood_says_what_to_do(admin_client: Client) -> None:
    files = [SimpleUploadedFile(f"{number}.jpg", b"x") for number in range(2)]
    check(admin_client.post(ASSET_FORM, {"original": files}), 400, "send one file at a time")


def test_a_fault_of_the_server_tells_visitors_no_details(editor: Client) -> None:
    reply = editor.get("/broken/")
    check(reply, 500, "Something went wrong on the server")
    assert "secret detail" not in reply.content.decode()


def test_a_fault_in_the_static_files_is_answered_all_the_same(
    editor: Client, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a collectstatic, no page can name its style sheet."""
    manifest = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = {**settings.STORAGES, "staticfiles": manifest}
    reply = editor.get("/broken/")
    assert (reply.status_code, "Something went wrong" in reply.content.decode()) == (500, True)
    assert "cannot be rendered" in caplog.text


def test_the_pages_are_the_projects_and_not_the_apps() -> None:
    """A host that installs `assets` gets none of them: no template of the app has a name that Django looks for."""
    root = Path(error_pages.__file__).parents[1]
    names = {found.name for found in (root / "assets" / "templates").rglob("*.html")}
    assert not names & {"400.html", "403.html", "404.html", "500.html", "403_csrf.html"}
