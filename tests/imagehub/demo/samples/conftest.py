"""The sample files, rendered once for all tests of this folder."""

from __future__ import annotations

import pytest

from imagehub.demo.samples import samples


@pytest.fixture(scope="package")
def files() -> dict[str, bytes]:
    """Each sample's encoded file, by key."""
    return {sample.key: sample.render() for sample in samples()}
