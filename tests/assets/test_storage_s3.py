"""Originals in a bucket, with django-storages: one client for everything that the app keeps there."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from assets.errors import StorageRefused
from assets.models import Asset, Preset
from assets.storage import object_store
from assets.storage_s3 import S3Originals
from edge.contract.manifest import Manifest
from edge.contract.original import OriginalFacts
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.location import open_store
from tests.assets.images import image_file
from tests.assets.publication_support import facts_of
from tests.s3server import S3Server


def s3_originals(server: S3Server) -> S3Originals:
    return S3Originals(
        bucket_name=server.bucket,
        region_name=server.region,
        endpoint_url=server.endpoint,
        access_key=server.credentials.access_key,
        secret_key=server.credentials.secret_key,
    )


@pytest.mark.s3
def test_a_server_that_refuses_us_or_does_not_answer_is_unavailable_and_not_empty(s3_server: S3Server) -> None:
    stranger, nobody = s3_originals(s3_server), s3_originals(s3_server)
    stranger.secret_key = "wrong"
    nobody.endpoint_url = "http://127.0.0.1:9"
    for originals in (stranger, nobody):
        with pytest.raises(StorageUnavailable):
            originals.store.put("originals/photo.jpg", b"bytes", content_type="image/jpeg")
        with pytest.raises(StorageUnavailable):
            originals.exists("photo.jpg")


@pytest.mark.s3
@pytest.mark.django_db(transaction=True)
def test_an_upload_a_moved_focal_point_and_a_publication_reach_the_bucket(
    s3_server: S3Server, s3_bucket: S3Originals
) -> None:
    assert s3_bucket.is_in(s3_server.location)
    asset = Asset(key="été/a+b 100%.jpg", original=ContentFile(image_file(), name="x"))
    asset.save()
    asset.focal_x, asset.focal_y = 310, 420
    asset.save()
    preset = Preset(name="card", width=300)
    preset.save()
    bucket = open_store(s3_server.location, lambda: s3_server.credentials)
    head = bucket.head("originals/été/a+b 100%.jpg")
    assert OriginalFacts.read(head.metadata) == facts_of(asset, (310, 420))
    assert Manifest.parse(bucket.get("config/edge.json").body).presets["card"].revision == preset.revision


def test_all_threads_and_all_prefixes_use_one_client(settings: Any) -> None:
    options = {"bucket_name": "images", "region_name": "us-east-1", "access_key": "key", "secret_key": "secret"}
    settings.STORAGES = {
        **settings.STORAGES,
        "originals": {"BACKEND": "assets.storage_s3.S3Originals", "OPTIONS": options},
    }
    settings.IMAGEHUB = {**settings.IMAGEHUB, "STORE": "s3://images?region=us-east-1"}
    seen = [object_store()]
    thread = threading.Thread(target=lambda: seen.append(object_store()))
    thread.start()
    thread.join()
    assert seen[0] is seen[1] is storages["originals"].store  # type: ignore[attr-defined]  # Django's type has none


@pytest.mark.parametrize(
    ("location", "same"),
    [
        ("s3://images?region=us-east-1", True),
        ("s3+http://127.0.0.1:8333/images?region=us-east-1", True),
        ("s3://other?region=us-east-1", False),
        ("file:///images", False),
    ],
)
def test_a_location_is_compared_by_its_bucket(location: str, same: bool) -> None:
    assert S3Originals(bucket_name="images").is_in(location) is same


@pytest.mark.s3
def test_credentials_that_are_missing_for_a_moment_are_looked_for_again(
    s3_server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """boto3 creates a client without credentials, and that client would never look again."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    path = tmp_path / "credentials"
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(path))
    originals = S3Originals(bucket_name=s3_server.bucket, region_name=s3_server.region, endpoint_url=s3_server.endpoint)
    with pytest.raises(StorageRefused, match="No AWS credentials were found"):
        originals.exists("never-uploaded.jpg")
    keys = s3_server.credentials
    path.write_text(f"[default]\naws_access_key_id={keys.access_key}\naws_secret_access_key={keys.secret_key}\n")
    assert not originals.exists("never-uploaded.jpg")
