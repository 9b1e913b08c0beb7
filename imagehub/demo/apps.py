"""The demo as a Django app."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Also registers the project's own system check."""

    name = "imagehub.demo"

    def ready(self) -> None:
        from imagehub import checks  # noqa: F401  # it registers itself
