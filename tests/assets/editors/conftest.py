"""Each test has a store of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Store


@pytest.fixture(autouse=True)
def root(tmp_path: Path, settings: Any) -> Path:
    """The directory that is the store of all prefixes."""
    folder = tmp_path / "store"
    folder.mkdir()
    settings.IMAGEHUB = {"CDN_URL": "https://cdn.example", "STORE": folder.as_uri()}
    settings.STORAGES = {
        **settings.STORAGES,
        "originals": {"BACKEND": "assets.storage.DirectoryOriginals", "OPTIONS": {"location": folder}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; nobody's passwords
    return folder


@pytest.fixture
def store(root: Path) -> Store:
    return DirectoryStore(root)
