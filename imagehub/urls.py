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


handler400 = "imagehub.error_pages.bad_request"
handler403 = "imagehub.error_pages.permission_denied"
handler404 = "imagehub.error_pages.page_not_found"
handler500 = "imagehub.error_pages.server_error"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="gallery")),
    path("favicon.ico", favicon),
    path("", include("assets.health_urls")),
    path("admin/", admin.site.urls),
    path("gallery/", include("imagehub.demo.urls")),
]
