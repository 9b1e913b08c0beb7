"""Run by an interpreter that has the wheel: set Django up, import everything of ours, and print what was imported.

Arguments are modules to leave out, since they need an extra.
"""

import importlib
import json
import os
import pkgutil
import sys

import django
from django.conf import settings


def modules(package: str) -> list[str]:
    path = importlib.import_module(package).__path__
    return sorted(found.name for found in pkgutil.walk_packages(path, f"{package}."))


if __name__ == "__main__":
    apps = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.messages"]
    settings.configure(
        INSTALLED_APPS=[*apps, "assets"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3"}},
        IMAGEHUB={"CDN_URL": "https://cdn.example", "STORE": "file:///tmp"},
    )
    django.setup()
    os.environ["IMAGEHUB_STORE"] = "s3://pictures?region=eu-west-1"  # edge.gateway needs it to be imported
    for name in modules("edge") + modules("assets"):
        if name not in sys.argv[1:] and not name.endswith("__main__"):
            importlib.import_module(name)
    print(json.dumps({name: getattr(sys.modules[name], "__file__", None) for name in ("assets", "edge")}))
