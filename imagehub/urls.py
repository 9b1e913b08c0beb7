"""The editors' side lives under /admin/; everything public is CloudFront's."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView


def favicon(_request: HttpRequest) -> HttpResponseBase:
    """For browsers that ask for it whatever the page links."""
    return redirect(static("demo/logo.svg"))


urlpatterns = [
    path("", RedirectView.as_view(pattern_name="gallery")),
    path("favicon.ico", favicon),
    path("admin/", admin.site.urls),
    path("gallery/", include("imagehub.demo.urls")),
]
