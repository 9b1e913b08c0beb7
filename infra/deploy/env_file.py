"""The file with the stack's outputs that Django reads, one ``NAME=value`` a line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from edge.storage.atomic_write import write_atomically
from infra.deploy.aws import REGION


def settings_of(outputs: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables of imagehub/settings.py for a stack with these outputs."""
    return {
        "IMAGEHUB_BUCKET": outputs["BucketName"],
        "AWS_REGION": outputs.get("BucketRegion", REGION),
        "IMAGEHUB_CDN_URL": f"https://{outputs['DomainName']}",
        "IMAGEHUB_DISTRIBUTION_ID": outputs["DistributionId"],
    }


def read_env(path: Path) -> dict[str, str]:
    """Return the file's variables; none if it does not exist."""
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = (line.partition("=")[::2] for line in lines if "=" in line and not line.startswith("#"))
    return dict(pairs)


def write_env(path: Path, values: Mapping[str, str]) -> None:
    """Set ``values`` in the file. Its other lines stay as they are."""
    lines = path.read_text().splitlines() if path.exists() else []
    kept = [line for line in lines if line.split("=", 1)[0] not in values]
    text = "\n".join([*kept, *(f"{name}={value}" for name, value in values.items())]) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text.encode())
