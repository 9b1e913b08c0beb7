"""Names that a host's apps, templates and static files may have beside ours."""

from __future__ import annotations

from tests.hosts.conftest import MakeHost
from tests.hosts.host import needs
from tests.hosts.large_projects import NO_MIGRATIONS, WAGTAIL_SETTINGS, WAGTAIL_URLS

_CMS_SETTINGS = """
INSTALLED_APPS = [
    "django.contrib.sites", "cms", "menus", "treebeard", "sekizai", *INSTALLED_APPS,
]
SITE_ID = 1
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
CMS_CONFIRM_VERSION4 = True
CMS_TEMPLATES = [("page.html", "Page")]
X_FRAME_OPTIONS = "SAMEORIGIN"
MIDDLEWARE += [
    "django.middleware.locale.LocaleMiddleware",
    "cms.middleware.user.CurrentUserMiddleware",
    "cms.middleware.page.CurrentPageMiddleware",
    "cms.middleware.toolbar.ToolbarMiddleware",
    "cms.middleware.language.LanguageCookieMiddleware",
]
TEMPLATES[0]["OPTIONS"]["context_processors"] += [
    "sekizai.context_processors.sekizai",
    "cms.context_processors.cms_settings",
]
"""
_CMS_URLS = """
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("admin/", admin.site.urls), *i18n_patterns(path("", include("cms.urls")))]
"""


def test_wagtail(make_host: MakeHost) -> None:
    needs("wagtail")
    host = make_host(WAGTAIL_SETTINGS, WAGTAIL_URLS)

    host.manage("check", "--fail-level=WARNING")
    host.visit("pages.every_page_opens")


def test_django_cms(make_host: MakeHost) -> None:
    needs("cms")
    host = make_host(_CMS_SETTINGS + NO_MIGRATIONS, _CMS_URLS)
    host.write("templates/page.html", "{% load cms_tags sekizai_tags %}{% render_block 'css' %}{% render_block 'js' %}")

    host.manage("check")
    host.visit("pages.every_page_opens")


def test_a_host_may_have_an_app_and_static_files_called_assets(make_host: MakeHost) -> None:
    host = make_host('INSTALLED_APPS += ["finance.assets"]\nSTATIC_ROOT = FOLDER / "collected"')
    host.write("finance/__init__.py", "")
    host.write("finance/assets/__init__.py", "")
    host.write(
        "finance/assets/apps.py",
        'from django.apps import AppConfig\n\nclass Config(AppConfig):\n    name, label = "finance.assets", "assets"\n'
        '    default_auto_field = "django.db.models.BigAutoField"\n',
    )
    host.write(
        "finance/assets/models.py",
        "from django.db import models\n\nclass Asset(models.Model):\n    value = models.IntegerField()\n",
    )
    host.write("static/assets/admin.css", "the host's own")

    host.manage("check", "--fail-level=WARNING")
    host.visit("pages.every_page_opens")
    host.manage("collectstatic", "--noinput", "--verbosity=0")
    assert (host.folder / "collected/assets/admin.css").read_text() == "the host's own"
    assert {path.name for path in (host.folder / "collected").iterdir()} == {"admin", "assets", "imagehub"}


def test_the_order_of_installed_apps_does_not_matter(make_host: MakeHost) -> None:
    first = 'INSTALLED_APPS = ["assets", *(name for name in INSTALLED_APPS if name != "assets")]'

    make_host(first).visit("pages.of_another_app")
