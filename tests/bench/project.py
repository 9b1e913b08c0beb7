"""Django with the project's settings, for measurements of the app."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from edge.contract import policy
from edge.contract.signing import KeyRing, SigningKey
from edge.storage.signing_keys.key_file import write_key_file


@contextmanager
def project() -> Iterator[None]:
    """Django is set up, with a signing key, on an empty data directory. It stays set up afterwards."""
    environment = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATA_DIR"] = folder
        os.environ["IMAGEHUB_POLICY"] = str(_signing_policy(Path(folder)))
        os.environ["DJANGO_SETTINGS_MODULE"] = "imagehub.settings"
        policy.load_policy.cache_clear()
        import django

        django.setup()
        try:
            yield
        finally:
            _restore(environment)


def _restore(environment: Mapping[str, str]) -> None:
    for name in ("DATA_DIR", "IMAGEHUB_POLICY", "DJANGO_SETTINGS_MODULE"):
        os.environ.pop(name)
    os.environ.update(environment)
    policy.load_policy.cache_clear()


def _signing_policy(folder: Path) -> Path:
    write_key_file(folder / "keys.json", KeyRing(SigningKey.generate(0)))
    path = folder / "policy.json"
    path.write_text(json.dumps({**json.loads(policy.BAKED.read_text()), "secret": (folder / "keys.json").as_uri()}))
    return path
