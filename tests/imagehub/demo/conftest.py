"""What the tests of the demo share with the app's."""

from tests.assets.conftest import _empty_caches, policy_file, signing, static_files

__all__ = ["_empty_caches", "policy_file", "signing", "static_files"]
