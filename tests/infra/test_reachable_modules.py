"""Which modules an import statement can reach."""

from __future__ import annotations

from pathlib import Path

from infra.reachable_modules import missing_imports, reachable


def test_reachable_modules_are_those_that_some_import_statement_can_run(tmp_path: Path) -> None:
    files = {
        "a/__init__.py": "",
        "a/entry.py": "from a import now\nif TYPE_CHECKING:\n    from a import never\nelse:\n    import a.other\n",
        "a/now.py": "import json\ndef f():\n    from .deep import later\n",
        "a/never.py": "",
        "a/other.py": "import strange.thing\n",
        "a/deep/__init__.py": "from .. import up\n",
        "a/deep/later.py": "from . import native\n",
        "a/deep/native.cpython-313-x86_64-linux-gnu.so": "\0",
        "a/up.py": "import a.entry\n",
        "a/unused.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = reachable("a.entry", [tmp_path])
    left = {"a/never.py", "a/unused.py"}
    assert {path.relative_to(tmp_path).as_posix() for path in found.values()} == files.keys() - left
    assert missing_imports(found, "a") == {"strange"}
