"""Runs the CloudFront Function as it is deployed, in Node and in njs, whose engine CloudFront's is derived from."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.services import missing

ENGINES = ("node", "njs")
_REMEDIES = {"node": "install Node.js 18 or newer", "njs": "apt-get install -y njs"}
_RUNNER = Path(__file__).with_name("run_cases.js")
#: The module of CloudFront's runtime: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-custom-methods.html
_CLOUDFRONT = """
export default {
  kvs: function () {
    return {
      get: async function (key, options) {
        if (key != 'signing-keys' || options.format != 'json' || !globalThis.keyRing) {
          throw new Error('KeyNotFound');
        }
        return globalThis.keyRing;
      },
    };
  },
};
"""
#: CloudFront's runtime and njs know `require`; a module in Node does not.
_NODE = "import {createRequire} from 'module'; globalThis.require = createRequire(import.meta.url);\n"


def command(engine: str) -> str:
    """The path of ``engine``. If it is not installed, the test is skipped with a loud line; it fails if CI is set."""
    return shutil.which(engine) or missing(engine.upper(), _REMEDIES[engine])


def run_function(
    engine: str, code: str, cases: Sequence[Mapping[str, object]], keys: Mapping[str, object] | None
) -> list[dict[str, Any]]:
    """What the function returns for each case: a request or a response."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "cases.json").write_text(json.dumps({"cases": cases, "keys": keys}))
        output = run_script(engine, folder, code + "\n" + _RUNNER.read_text())
        results = folder / "results.json"
        assert results.exists(), output
        found: list[dict[str, Any]] = json.loads(results.read_text())
    assert len(found) == len(cases), output
    return found


def run_script(engine: str, folder: Path, script: str) -> str:
    """What ``script``, which may import CloudFront's module, prints."""
    executable = command(engine)
    if engine == "node":
        module = folder / "node_modules" / "cloudfront" / "index.mjs"
        module.parent.mkdir(parents=True)
        (module.parent / "package.json").write_text('{"name": "cloudfront", "exports": "./index.mjs"}')
    else:
        module = folder / "cloudfront"
    module.write_text(_CLOUDFRONT)
    path = folder / "function.mjs"
    path.write_text((_NODE if engine == "node" else "") + script)
    arguments = [executable, str(path)] if engine == "node" else [executable, "-p", str(folder), str(path)]
    done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, (done.stderr + done.stdout)[-500:]
    return done.stdout
