"""Settings and URLs of projects that are built on a large framework."""

#: Makes the tables without migrations, of which these projects have hundreds.
NO_MIGRATIONS = """
class NoMigrations:
    def __contains__(self, _label):
        return True

    def __getitem__(self, _label):
        return None

MIGRATION_MODULES = NoMigrations()
"""
WAGTAIL_SETTINGS = (
    NO_MIGRATIONS
    + """
INSTALLED_APPS = [
    "wagtail.contrib.forms", "wagtail.contrib.redirects", "wagtail.embeds", "wagtail.sites", "wagtail.users",
    "wagtail.snippets", "wagtail.documents", "wagtail.images", "wagtail.search", "wagtail.admin", "wagtail",
    "modelcluster", "taggit", *INSTALLED_APPS,
]
MIDDLEWARE += ["wagtail.contrib.redirects.middleware.RedirectMiddleware"]
WAGTAIL_SITE_NAME = "Host"
WAGTAILADMIN_BASE_URL = "https://host.example"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
MEDIA_URL = "media/"
"""
)
WAGTAIL_URLS = """
from django.contrib import admin
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns = [
    path("admin/", admin.site.urls),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include(wagtail_urls)),
]
"""
