"""moto's Secrets Manager over HTTP. It accepts any signature; `tests.edge.storage.aws.test_sigv4` checks ours."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from edge.contract.signing import KeyRing, SigningKey

REGION = "us-east-1"


@dataclass(frozen=True)
class SigningSecret:
    """A secret for one test on the server at ``endpoint``. It does not exist before `put` or a rotation."""

    endpoint: str
    name: str = field(default_factory=lambda: f"imagehub/{uuid.uuid4().hex[:8]}")

    @property
    def location(self) -> str:
        return f"secretsmanager:{self.name}?region={REGION}&endpoint={self.endpoint}"

    @property
    def client(self) -> Any:
        import boto3  # slow to import, and most tests need no AWS

        session = boto3.Session("AKID", "secret", region_name=REGION)
        return session.client("secretsmanager", endpoint_url=self.endpoint)

    def put(self, *keys: SigningKey | str) -> None:
        """Store the keys in turn, each as AWSCURRENT."""
        client = self.client
        for key in keys:
            text = key if isinstance(key, str) else key.as_json()
            try:
                client.put_secret_value(SecretId=self.name, SecretString=text)
            except client.exceptions.ResourceNotFoundException:
                client.create_secret(Name=self.name, SecretString=text)
        client.close()

    def ring(self) -> KeyRing:
        """Read the current and the previous key with AWS's own client."""
        client = self.client
        stages = ("AWSCURRENT", "AWSPREVIOUS")
        texts = [client.get_secret_value(SecretId=self.name, VersionStage=stage)["SecretString"] for stage in stages]
        client.close()
        current, previous = (SigningKey.parse(text) for text in texts)
        return KeyRing(current, previous)


@contextmanager
def run_secrets_manager() -> Iterator[str]:
    """Yield the endpoint of a running server."""
    from moto.server import ThreadedMotoServer  # slow to import, and most tests need no AWS

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it would print a line for every call
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()
