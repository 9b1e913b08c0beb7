"""The Django app: package ``assets``, label ``imagehub``."""

from django.apps import AppConfig


class ImagehubConfig(AppConfig):
    """Tables, permissions, templates and static files go by the label, so a host may have an ``assets`` of its own."""

    name = "assets"
    label = "imagehub"
    verbose_name = "Library"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from assets import checks, receivers  # noqa: F401  # they register themselves
        from assets.fields import OriginalFile
        from assets.links import img_url

        OriginalFile.link = staticmethod(img_url)
