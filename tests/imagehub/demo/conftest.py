"""What the tests of the demo share with the app's."""

from tests.assets.conftest import _no_presets_known, policy_file, signing, static_files

__all__ = ["_no_presets_known", "policy_file", "signing", "static_files"]
