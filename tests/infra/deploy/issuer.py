"""An issuer of JSON Web Tokens, as API Gateway asks it for its keys: OpenID Connect's discovery, and RS256."""

from __future__ import annotations

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256


@dataclass(frozen=True)
class Issuer:
    """``url`` is the issuer's name, and where its documents are."""

    url: str
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def token(self, **claims: object) -> str:
        """A token of this issuer for five minutes, unless ``claims`` say something else."""
        header = {"alg": "RS256", "typ": "JWT", "kid": "1"}
        now = int(time.time())
        claims = {"iss": self.url, "sub": "a program", "iat": now, "exp": now + 300, **claims}
        signed = ".".join(_encode(json.dumps(part).encode()) for part in (header, claims))
        return f"{signed}.{_encode(self.key.sign(signed.encode(), padding.PKCS1v15(), SHA256()))}"

    def document(self, path: str) -> dict[str, object]:
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        public = self.key.public_key().public_numbers()
        numbers = {name: _encode(value.to_bytes(256, "big").lstrip(b"\0")) for name, value in _numbers(public)}
        return {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1", **numbers}]}


def _numbers(public: rsa.RSAPublicNumbers) -> list[tuple[str, int]]:
    return [("n", public.n), ("e", public.e)]


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    issuer: Issuer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(issuer.document(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer = Issuer(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()
