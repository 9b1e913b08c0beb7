"""A project with naive times, a transaction round each request, and users of its own."""

from imagehub.settings import *  # noqa: F403  # a settings module
from imagehub.settings import DATABASES, INSTALLED_APPS

USE_TZ = False
INSTALLED_APPS = [*INSTALLED_APPS, "tests.assets.project_settings.users"]
AUTH_USER_MODEL = "users.Person"
DATABASES["default"]["ATOMIC_REQUESTS"] = True
