"""Originals in an S3 bucket, with django-storages."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from botocore.config import Config
from storages.backends.s3 import S3Storage

from assets import aws
from assets.bucket import BucketStore
from assets.storage import Originals, as_examined_as, finding
from edge.contract.original import OriginalFacts, original_object_key


class S3Originals(Originals, S3Storage):  # type: ignore[misc]  # django-storages has no types
    """Originals in a bucket. Takes django-storages' options and ``AWS_*`` settings.

    django-storages configures and creates the client. Every read and write goes through `BucketStore` with that
    client, so that variants and the manifest are written with the same credentials, timeouts and endpoint.
    """

    def __init__(self, **options: Any) -> None:
        style = "path" if options.get("endpoint_url") else "virtual"
        # An editor waits for the answer, so fail within seconds rather than boto3's minutes.
        client = Config(
            s3={"addressing_style": style},  # type: ignore[arg-type]  # its stubs want a literal
            connect_timeout=2,
            read_timeout=5,
            retries={"mode": "standard", "total_max_attempts": 2},
        )
        super().__init__(**{"client_config": client, **options}, location="originals", default_acl=None)

    @cached_property
    def store(self) -> BucketStore:
        # django-storages has a resource for each thread; a client, unlike a resource, can be shared.
        return BucketStore(self.connection.meta.client, self.bucket_name)

    def _create_session(self) -> Any:
        """Raises `StorageUnavailable` without credentials: a client would never look for them again."""
        session = super()._create_session()
        aws.read_credentials(session)
        return session

    def is_in(self, location: str) -> bool:
        parts = urlsplit(location)
        bucket = parts.netloc if parts.scheme == "s3" else parts.path.strip("/")
        return parts.scheme.startswith("s3") and bucket == self.bucket_name

    def set_facts(self, name: str, facts: OriginalFacts, if_match: str | None = None) -> bool:
        object_key = original_object_key(name)
        with finding(name):
            stored = self.store.head(object_key)
            if if_match is not None and stored.etag != if_match:
                return False
            return self.store.replace_metadata(object_key, as_examined_as(stored, facts).as_metadata(), stored)
