"""The settings of a project that has imagehub installed, much as ``django-admin startproject`` writes them.

A host's own settings import everything from here and change what its test is about. `FOLDER` is its directory.
"""

import os
from pathlib import Path

from celery import Celery

FOLDER = Path(os.environ["HOST_FOLDER"])
(FOLDER / "originals").mkdir(exist_ok=True)

SECRET_KEY = "nothing worth protecting"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
# Our app stands last, so that it could not override a template of the others by coming first.
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "assets",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "host_urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [FOLDER / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "db.sqlite3"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; the passwords protect nothing
LANGUAGE_CODE = "en-us"
TIME_ZONE = "Europe/Berlin"
STATIC_URL = "static/"
STATICFILES_DIRS = [FOLDER / "static"] if (FOLDER / "static").exists() else []

IMAGEHUB = {"CDN_URL": "https://cdn.example", "STORE": (FOLDER / "originals").as_uri(), "DISTRIBUTION_ID": "E1"}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FOLDER / "media"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "originals": {
        "BACKEND": "assets.storage.DirectoryOriginals",
        "OPTIONS": {"location": FOLDER / "originals"},
    },
}

celery_app = Celery("host", broker="memory://")
celery_app.set_default()
celery_app.conf.beat_schedule = {"imagehub": {"task": "assets.tasks.sweep", "schedule": 60}}
