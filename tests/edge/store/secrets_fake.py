"""Secrets Manager's GetSecretValue, as botocore's model has it; there is no real server to be had."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler

from edge.store.sigv4 import Credentials, Request, Service, sign

CREDENTIALS = Credentials("AKID", "secret", "token")


class SecretsManager(socketserver.ThreadingTCPServer):
    """``stages`` holds the secret's strings; ``calls`` counts the questions."""

    daemon_threads = True

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.name = name
        self.stages: dict[str, str] = {}
        self.failing = False
        self.calls = 0

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def location(self) -> str:
        return f"secretsmanager:{self.name}?region=us-east-1&endpoint={self.endpoint}"


class _Handler(BaseHTTPRequestHandler):
    server: SecretsManager
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.calls += 1
        if self.server.failing:
            self._reply(500, {"__type": "InternalServiceError"})
        elif not self._is_signed(body) or self.headers["x-amz-target"] != "secretsmanager.GetSecretValue":
            self._reply(400, {"__type": "InvalidSignatureException", "Message": "No."})
        else:
            self._answer(json.loads(body))

    def _answer(self, question: dict[str, str]) -> None:
        secret = self.server.stages.get(question.get("VersionStage", "AWSCURRENT"))
        if secret is None or question["SecretId"] != self.server.name:
            self._reply(400, {"__type": "ResourceNotFoundException", "Message": "Secrets Manager can't find it."})
        else:
            self._reply(200, {"Name": self.server.name, "SecretString": secret, "VersionStages": []})

    def _is_signed(self, body: bytes) -> bool:
        given = self.headers["authorization"]
        names = given.partition("SignedHeaders=")[2].partition(",")[0].split(";")
        derived = ("x-amz-date", "x-amz-content-sha256", "x-amz-security-token")
        headers = {name: self.headers[name] for name in names if name not in derived}
        now = datetime.strptime(self.headers["x-amz-date"] + "+0000", "%Y%m%dT%H%M%SZ%z")
        request = Request("POST", self.path, (), headers, body)
        if "x-amz-content-sha256" not in names:  # botocore's own, which needs no check
            return True
        return sign(request, Service("secretsmanager", "us-east-1"), CREDENTIALS, now)["authorization"] == given

    def _reply(self, status: int, answer: dict[str, object]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Tests speak for themselves."""


@contextmanager
def run_secrets_manager(name: str) -> Iterator[SecretsManager]:
    with SecretsManager(name) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
