"""The app's configuration."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    name = "tests.assets.project_settings.users"
    label = "users"
