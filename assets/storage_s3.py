"""Originals in an S3 bucket: django-storages, held to what an original needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from assets.storage import Originals, as_original
from edge.contract.original import OriginalFacts
from edge.storage.errors import StorageUnavailable


class S3Originals(Originals, S3Storage):  # type: ignore[misc]  # django-storages has no types
    """Originals in a bucket, written in one PUT each."""

    def __init__(self, **options: Any) -> None:
        style = "path" if options.get("endpoint_url") else "virtual"
        # Django waits for the answer while an editor does: fail within seconds rather than boto3's minutes.
        client = Config(
            s3={"addressing_style": style},  # type: ignore[arg-type]  # its stubs want a literal
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "total_max_attempts": 3},
        )
        transfer = TransferConfig(multipart_threshold=1 << 30, use_threads=False)
        super().__init__(
            **{"client_config": client, "transfer_config": transfer, **options},
            location="originals",
            default_acl=None,
            file_overwrite=True,
        )

    def exists(self, name: str) -> bool:
        with _answering(name):
            return bool(super().exists(name))

    def size(self, name: str) -> int:
        with _answering(name):
            return int(super().size(name))

    def delete(self, name: str) -> None:
        with _answering(name):
            super().delete(name)

    def is_in(self, location: str) -> bool:
        parts = urlsplit(location)
        bucket = parts.netloc if parts.scheme == "s3" else parts.path.strip("/")
        return parts.scheme.startswith("s3") and bucket == self.bucket_name

    def set_facts(self, name: str, facts: OriginalFacts) -> None:
        """Copies the object onto itself, but only while it is still the one that was looked at."""
        client = self.connection.meta.client
        place = {"Bucket": self.bucket_name, "Key": self._normalize_name(name)}
        with _answering(name):
            head = client.head_object(**place)
            client.copy_object(
                **place,
                CopySource=place,
                CopySourceIfMatch=head["ETag"],
                MetadataDirective="REPLACE",
                Metadata=facts.as_metadata(),
                ContentType=head["ContentType"],
            )

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise ValueError("An original is written through save.")
        with _answering(name):
            answer = self.connection.meta.client.get_object(Bucket=self.bucket_name, Key=self._normalize_name(name))
            return File(BytesIO(answer["Body"].read()), name)

    def _save(self, name: str, content: File[Any]) -> str:
        with _answering(name):
            return str(super()._save(name, content))

    def _get_write_parameters(self, _name: str, content: File[Any] | None = None) -> dict[str, Any]:
        original = as_original(content)
        return {"ContentType": original.content_type, "Metadata": original.facts.as_metadata()}


@contextmanager
def _answering(name: str) -> Iterator[None]:
    """boto3's many errors as the two that the callers know."""
    try:
        yield
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404 and _code(error) != "NoSuchBucket":
            raise FileNotFoundError(f"There is no original {name}.") from error
        raise StorageUnavailable(f"S3 answered {_code(error)}.") from error
    except (BotoCoreError, Boto3Error) as error:
        raise StorageUnavailable(f"S3 does not answer: {error}") from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
