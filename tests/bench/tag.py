"""The template tag's function, beside what a project without imagehub would call."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

from edge import policy
from edge.signing import Key, KeyRing
from edge.store.keyring import write_keys
from tests.bench.timing import Row, in_turn


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATA_DIR"] = folder
        os.environ["IMAGEHUB_POLICY"] = str(_signing_policy(Path(folder)))
        policy.load.cache_clear()
        os.environ["DJANGO_SETTINGS_MODULE"] = "imagehub.settings"
        import django

        django.setup()
        yield from _rows()


def _signing_policy(folder: Path) -> Path:
    write_keys(folder / "keys.json", KeyRing(Key.generate(0)))
    path = folder / "policy.json"
    path.write_text(json.dumps({**json.loads(policy.BAKED.read_text()), "secret": (folder / "keys.json").as_uri()}))
    return path


def _rows() -> Iterator[Row]:
    from storages.backends.s3 import S3Storage

    from assets.links import img_url

    photo = SimpleNamespace(key="photos/beach at noon.jpg", version="0123abcd")
    bucket = S3Storage(bucket_name="pictures", access_key="a", secret_key="b", region_name="eu-west-1")
    peer = "django-storages' url() of an object in S3, signed"
    for what, width in (("img_url(photo, 300)", 300), ("img_url(photo, 333), signed", 333)):
        ours, theirs = in_turn(lambda width=width: img_url(photo, width), lambda: bucket.url(photo.key), 10, 500)  # type: ignore[misc]
        yield Row(what, ours, "< 20 µs", peer, theirs)
