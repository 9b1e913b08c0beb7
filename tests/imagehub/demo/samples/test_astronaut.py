"""The photograph with a face, which comes with a package."""

from __future__ import annotations

import subprocess
import sys

import pytest

from imagehub.demo.samples import astronaut
from tests.machine import ROOT


def test_it_is_the_photograph_of_scikit_image() -> None:
    image = astronaut.photograph()
    assert (image.size, image.mode) == ((512, 512), "RGB")


def test_it_is_found_without_importing_its_package() -> None:
    code = "import sys; from imagehub.demo.samples import astronaut; print(astronaut.path(), 'skimage' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == f"{astronaut.path()} False\n"


def test_without_its_package_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(astronaut, "find_spec", lambda _name: None)
    assert astronaut.path() is None
    with pytest.raises(FileNotFoundError, match="scikit-image is not installed"):
        astronaut.photograph()
