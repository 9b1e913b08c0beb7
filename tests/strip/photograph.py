"""The photograph: "seeding" by Clemens Engelhardt, CC0-1.0, from Debian's package lomiri-wallpapers-16.04.

https://sources.debian.org/src/lomiri-wallpapers/20.04.0-2/debian/copyright/
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from edge.contract.values import Point

PACKAGE = "lomiri-wallpapers-16.04"
MEMBER = "./usr/share/backgrounds/seeding_by_Clements_Engelhardt.jpg"
SHA256 = "a5634d1ab5e41a3568e92d4a894a500c92b891f9ff734e50bd224d6e185a605f"
CREDIT = "Photograph: “seeding” by Clemens Engelhardt, CC0, from Debian's package lomiri-wallpapers-16.04."
#: The large dandelion, per mille of width and height.
FOCAL: Point = (292, 320)


def fetch_photograph() -> bytes:
    """The JPEG file, downloaded by apt. Raises `CalledProcessError` where apt cannot download the package."""
    with tempfile.TemporaryDirectory() as folder:
        # The sandbox's user may not write to a folder of ours: apt would only warn, but on every run.
        download = ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", PACKAGE]
        subprocess.run(download, cwd=folder, check=True)
        (package,) = Path(folder).glob("*.deb")
        listing = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(package)], check=True, capture_output=True)  # noqa: S607
        with tarfile.open(fileobj=io.BytesIO(listing.stdout)) as archive:
            file = archive.extractfile(MEMBER)
            body = file.read() if file else b""
    if hashlib.sha256(body).hexdigest() != SHA256:
        raise ValueError(f"{MEMBER} in {PACKAGE} is not the photograph that the strip was designed for.")
    return body
