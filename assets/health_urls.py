"""``/healthz`` and ``/readyz``: include these where you like, and put `assets.health.HealthMiddleware` first."""

from django.urls import path

from assets.health import healthz, readyz

app_name = "imagehub_health"
urlpatterns = [path("healthz", healthz, name="healthz"), path("readyz", readyz, name="readyz")]
