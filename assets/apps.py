from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "assets"
    verbose_name = "Library"

    def ready(self) -> None:
        from assets import checks, signals  # noqa: F401  # they register themselves
