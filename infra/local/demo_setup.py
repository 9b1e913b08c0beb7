"""Prepare the demo: migrate, collect static files if they changed, create the sample data.

One process does all three, because each management command of its own would cost half a second.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def main(site: str) -> None:
    """``site`` is the URL under which Django will be served."""
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    collect_static()
    call_command("demo_data", site=site)


def collect_static() -> None:
    stamp = Path(settings.STATIC_ROOT) / ".fingerprint"
    fingerprint = _fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    # Written last, so that an interrupted run is repeated.
    stamp.write_text(fingerprint)


def _fingerprint() -> str:
    """A digest of the name, size and modification time of every static file."""
    digest = hashlib.sha256(django.__version__.encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main(sys.argv[1])
