"""Verifies AWS's Signature Version 4A, written from its description: no code of the signer takes part.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from urllib.parse import quote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_ALGORITHM = "AWS4-ECDSA-P256-SHA256"
# The order of the group of P-256: https://csrc.nist.gov/pubs/sp/800/186/final
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_FIELDS = re.compile(rf"{_ALGORITHM} Credential=([^/]+)/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]+)")


def derive_key(access_key: str, secret: str) -> ec.EllipticCurvePrivateKey:
    """The key pair of AWS credentials: a key derivation in counter mode, repeated until the number fits the curve."""
    for counter in range(1, 255):
        context = access_key.encode() + bytes([counter])
        fixed = b"\0\0\0\1" + _ALGORITHM.encode() + b"\0" + context + b"\0\0\1\0"
        number = int.from_bytes(hmac.digest(f"AWS4A{secret}".encode(), fixed, "sha256"), "big")
        if number <= _ORDER - 2:
            return ec.derive_private_key(number + 1, ec.SECP256R1())
    raise AssertionError("no key")


def why_refused(
    method: str, path: str, headers: Mapping[str, str], body: bytes, credentials: tuple[str, str], service: str
) -> str:
    """Return why a service would refuse the request; empty if it is signed. Header names are in lower case."""
    found = _FIELDS.fullmatch(headers.get("authorization", ""))
    if found is None:
        return f"not signed with SigV4A: {headers.get('authorization')}"
    access_key, scope, signed, signature = found.groups()
    date = headers["x-amz-date"]
    if access_key != credentials[0] or scope != f"{date[:8]}/{service}/aws4_request":
        return f"signed for {access_key}/{scope}"
    if headers.get("x-amz-region-set") != "*" or "x-amz-region-set" not in signed.split(";"):
        return f"not signed for every region: {headers.get('x-amz-region-set')}"
    lines = [f"{name}:{' '.join(headers[name].split())}" for name in signed.split(";")]
    # The path is encoded twice: services other than S3 sign it as it was sent, encoded again.
    canonical = "\n".join([method, quote(path), "", *lines, "", signed, hashlib.sha256(body).hexdigest()])
    text = "\n".join([_ALGORITHM, date, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    try:
        derive_key(*credentials).public_key().verify(bytes.fromhex(signature), text.encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return f"the signature does not match:\n{canonical}"
    return ""
