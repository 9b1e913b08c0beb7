"""The editors' side lives under /admin/; everything public is CloudFront's."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="gallery")),
    path("admin/", admin.site.urls),
    path("gallery/", include("assets.urls")),
]
