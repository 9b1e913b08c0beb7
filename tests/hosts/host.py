"""Django projects that install imagehub, each in a process of its own, since a process has one set of settings."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent

from tests.services import missing

_ROOT = Path(__file__).parents[2]
URLS = """
from django.contrib import admin
from django.urls import path

urlpatterns = [path("admin/", admin.site.urls)]
"""
#: Before URLs that register our admin classes once more.
OURS = """
from assets.admin import AnalysisAdmin, AssetAdmin, BulkPurgeAdmin, CollectionAdmin
from assets.admin import PresetAdmin, PurgeAdmin, ReviewAdmin, TagAdmin, WarmingAdmin
from assets.models import Analysis, Asset, BulkPurge, Collection, Preset, Purge, Review, Tag, Warming

ours = {
    Analysis: AnalysisAdmin,
    Asset: AssetAdmin,
    BulkPurge: BulkPurgeAdmin,
    Collection: CollectionAdmin,
    Preset: PresetAdmin,
    Purge: PurgeAdmin,
    Review: ReviewAdmin,
    Tag: TagAdmin,
    Warming: WarmingAdmin,
}
"""


@dataclass(frozen=True)
class Host:
    """A project in ``folder``. ``settings`` and ``urls`` are Python source."""

    folder: Path
    settings: str = ""
    urls: str = URLS

    def __post_init__(self) -> None:
        self.write("host_settings.py", "from tests.hosts.settings import *\n" + dedent(self.settings))
        self.write("host_urls.py", dedent(self.urls))

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def run(self, *arguments: str) -> str:
        """Run Python in the project and return what it printed. Fails the test, with its traceback, if it fails."""
        command = [sys.executable, *arguments]
        ran = subprocess.run(
            command, env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def manage(self, *arguments: str) -> str:
        return self.run("-m", "django", *arguments)

    def visit(self, name: str) -> str:
        """Call ``module.function`` of tests/hosts/visits in the project, with its tables made."""
        return self.run("-m", "tests.hosts.visits", name)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "HOST_FOLDER": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "host_settings",
            "PYTHONPATH": os.pathsep.join([str(self.folder), str(_ROOT)]),
        }


def needs(*packages: str) -> None:
    """Skip the test with a loud line if one of ``packages`` is not installed."""
    absent = [name for name in packages if find_spec(name) is None]
    if absent:
        missing(" ".join(absent).upper(), "pip install -r requirements-dev.txt -c constraints.txt")
