"""Forms whose session has ended, or whose CSRF token has changed, come back filled in."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assets.admin import PresetAdmin
from assets.models import Asset, Preset
from edge.storage.objects.store import Store
from tests.assets.admin.forms import ADD, change_url
from tests.assets.admin.html_forms import fields_of
from tests.assets.images import image_file, make_asset

pytestmark = pytest.mark.django_db

PASSWORD = "correct-horse-battery"


class Browser(Client):
    """A client that checks CSRF tokens, as a real one would be checked."""

    def __init__(self) -> None:
        super().__init__(enforce_csrf_checks=True)

    def token(self) -> str:
        return str(self.cookies["csrftoken"].value)

    def open(self, url: str) -> dict[str, Any]:
        page = "preset_form" if "/preset/" in url else "asset_form"
        return {**fields_of(self.get(url).content.decode(), page), "csrfmiddlewaretoken": self.token()}

    def log_in(self, url: str = "/admin/login/", name: str = "editor") -> Any:
        form = fields_of(self.get(url).content.decode(), "login-form")
        form |= {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": self.token()}
        return self.post(url, form, follow=True)


@pytest.fixture
def browser() -> Browser:
    for name in ("editor", "anna"):
        get_user_model().objects.create_superuser(name, password=PASSWORD)
    browser = Browser()
    browser.log_in()
    return browser


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("beach.jpg", image_file())


def end_session(browser: Client) -> None:
    """As it ends by itself: the server has forgotten it."""
    browser.session.flush()


@pytest.mark.django_db(transaction=True)
def test_after_the_login_the_form_is_as_it_was_typed(browser: Browser, store: Store) -> None:
    form = browser.open(ADD)
    end_session(browser)
    response = browser.post(ADD, {**form, "title": "The <beach>", "focal_x": "many", "original": photo()}, follow=True)
    assert response.redirect_chain == [("/admin/login/?next=/admin/imagehub/asset/add/", 302)]
    assert "Your session has ended." in response.content.decode()
    response = browser.log_in(response.redirect_chain[0][0])
    html = response.content.decode()
    typed = fields_of(html, "asset_form")
    assert (typed["title"], typed["focal_x"]) == ("The <beach>", "many")
    assert "Nothing is saved yet." in html
    assert "beach.jpg is kept" in html
    assert not Asset.objects.exists()
    token = {"csrfmiddlewaretoken": browser.token()}
    browser.post(ADD, {**typed, **token, "focal_x": "", "decorative": "on"}, follow=True)
    assert Asset.objects.values_list("key", "title").get() == ("beach.jpg", "The <beach>")
    assert list(store.list("incoming/")) == []


def test_a_login_in_another_window_changes_the_token_and_loses_nothing(browser: Browser) -> None:
    url = change_url(make_asset(title="Beach", alt_text="Sand"))
    form = browser.open(url)
    browser.post("/admin/logout/", {"csrfmiddlewaretoken": browser.token()})
    browser.log_in()
    response = browser.post(url, {**form, "title": "New"}, follow=True)
    assert response.redirect_chain == [(url, 302)]
    assert "You have logged in since you opened this form." in response.content.decode()
    assert Asset.objects.get().title == "Beach"
    typed = fields_of(response.content.decode(), "asset_form")
    assert typed["title"] == "New"
    browser.post(url, {**typed, "csrfmiddlewaretoken": browser.token()})
    assert Asset.objects.get().title == "New"


def test_what_was_typed_into_an_older_row_is_still_compared_with_it(browser: Browser) -> None:
    url = change_url(make_asset(title="Beach"))
    form = browser.open(url)
    end_session(browser)
    Asset.objects.update(title="Changed by a script")
    login = browser.post(url, {**form, "title": "Mine"})["Location"]
    typed = fields_of(browser.log_in(login).content.decode(), "asset_form")
    response = browser.post(url, {**typed, "csrfmiddlewaretoken": browser.token()})
    assert "Changed by a script" in response.content.decode()
    assert Asset.objects.get().title == "Changed by a script"


def test_presets_come_back_too(browser: Browser) -> None:
    preset = Preset.objects.create(name="card", width=300)
    url = f"/admin/imagehub/preset/{preset.pk}/change/"
    form = browser.open(url)
    end_session(browser)
    login = browser.post(url, {**form, "width": "400"})["Location"]
    assert fields_of(browser.log_in(login).content.decode(), "preset_form")["width"] == "400"
    preset.refresh_from_db()
    assert preset.width == 300


def test_they_come_back_in_an_admin_without_fieldsets(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PresetAdmin, "fieldsets", None)
    url = "/admin/imagehub/preset/add/"
    form = browser.open(url)
    end_session(browser)
    login = browser.post(url, {**form, "name": "card"})["Location"]
    html = browser.log_in(login).content.decode()
    assert fields_of(html, "preset_form")["name"] == "card"
    assert html.count("Nothing is saved yet.") == 1


def test_another_user_who_logs_in_does_not_see_it(browser: Browser) -> None:
    form = browser.open(ADD)
    end_session(browser)
    login = browser.post(ADD, {**form, "title": "Secret", "original": photo()})["Location"]
    html = browser.log_in(login, "anna").content.decode()
    assert "Secret" not in html
    assert "is kept" not in html


def test_who_never_opened_a_form_leaves_nothing_here(client: Client, store: Store) -> None:
    response = client.post(ADD, {"title": "Spam", "original": photo()})
    assert response["Location"] == "/admin/login/?next=/admin/imagehub/asset/add/"
    assert "sessionid" not in client.cookies
    assert list(store.list("")) == []


def test_who_may_no_longer_log_in_leaves_nothing_here(browser: Browser, store: Store) -> None:
    browser.get(ADD)
    end_session(browser)
    get_user_model().objects.filter(username="editor").update(is_active=False)
    browser.post(ADD, {"title": "Spam", "original": photo()})
    assert list(store.list("")) == []


def test_a_form_without_a_token_saves_nothing_whoever_sends_it(browser: Browser) -> None:
    url = change_url(make_asset(title="Beach"))
    stranger = Browser()
    stranger.cookies["sessionid"] = browser.cookies["sessionid"].value  # as when another site posts
    assert stranger.post(url, {"title": "Stolen"}).status_code == 403
    browser.open(url)
    assert browser.post(url, {"title": "Stolen"})["Location"] == url  # the form, which it has not saved
    assert Asset.objects.get().title == "Beach"


@pytest.mark.parametrize("ended", [True, False], ids=["session ended", "logged in"])
@pytest.mark.parametrize(
    "headers", [{"origin": "https://other.example"}, {"referer": "https://other.example/"}], ids=str
)
def test_a_form_that_another_site_sends_is_not_kept(
    browser: Browser, store: Store, ended: bool, headers: dict[str, str]
) -> None:
    browser.get(ADD)
    if ended:
        end_session(browser)
    planted = {"title": "Planted", "original": photo()}
    assert browser.post(ADD, planted, headers=headers, secure=True).status_code == 403
    assert list(store.list("")) == []
    html = browser.log_in(f"/admin/login/?next={ADD}").content.decode() if ended else browser.get(ADD).content.decode()
    assert fields_of(html, "asset_form")["title"] == ""
