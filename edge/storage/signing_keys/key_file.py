"""A signing key ring in a JSON file."""

from __future__ import annotations

import json
from pathlib import Path

from edge.contract.signing import KeyRing, SigningKey
from edge.storage.atomic_write import write_atomically


def read_key_file(path: Path) -> KeyRing:
    """The key ring in a file of `write_key_file`. Raises `OSError`, or `ValueError` if it holds none."""
    return parse_key_ring(path.read_text())


def parse_key_ring(text: str) -> KeyRing:
    """The key ring that `spell_key_ring` wrote. Raises `ValueError` if ``text`` holds none."""
    value = json.loads(text)
    if not isinstance(value, dict) or "current" not in value:
        raise ValueError("not a key ring: it has no current key")
    previous = value.get("previous")
    current = SigningKey.parse(json.dumps(value["current"]))
    return KeyRing(current, SigningKey.parse(json.dumps(previous)) if previous is not None else None)


def write_key_file(path: Path, ring: KeyRing) -> None:
    """Replace the file atomically, readable by its owner alone."""
    write_atomically(path, spell_key_ring(ring).encode())


def spell_key_ring(ring: KeyRing) -> str:
    """Both keys as JSON: the content of a key file, and the KeyValueStore's entry."""
    previous = json.loads(ring.previous.as_json()) if ring.previous else None
    return json.dumps({"current": json.loads(ring.current.as_json()), "previous": previous})
