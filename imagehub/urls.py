"""Editors use /admin/; visitors only ever talk to CloudFront."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

admin.site.site_header = admin.site.site_title = "imagehub"
admin.site.index_title = "Images and presets"


def favicon(_request: HttpRequest) -> HttpResponseBase:
    """For browsers that request this path whatever icon the page links."""
    return redirect(static("demo/logo.svg"))


urlpatterns = [
    path("", RedirectView.as_view(pattern_name="gallery")),
    path("favicon.ico", favicon),
    path("", include("assets.health_urls")),
    path("admin/", admin.site.urls),
    path("gallery/", include("imagehub.demo.urls")),
]
