"""What goes into a package: wheels, shared libraries, licences."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from infra.package_contents import add_bytecode, copy_modules, find_python
from infra.wheel_download import PackageError


def test_a_python_of_another_version_is_not_found() -> None:
    assert find_python("2.0", sys.executable) is None
    assert find_python(f"3.{sys.version_info.minor}") == Path(sys.executable)


def test_libraries_are_copied_if_a_module_loads_them_directly_or_through_another(tmp_path: Path) -> None:
    wheels, stage = tmp_path / "wheels", tmp_path / "stage"
    files = {
        "entry.py": b"import native\n",
        "native.cpython-313-x86_64-linux-gnu.so": b"\0libone-1234.so\0",
        "native.libs/libone-1234.so": b"\0libtwo-5678.so\0",
        "native.libs/libtwo-5678.so": b"",
        "native.libs/libunused-9.so": b"",
        "unused.py": b"",
        "native-1.0.dist-info/METADATA": b"Name: native",
        "native-1.0.dist-info/licenses/LICENSE": b"MIT",
    }
    for name, body in files.items():
        (wheels / name).parent.mkdir(parents=True, exist_ok=True)
        (wheels / name).write_bytes(body)
    copy_modules("entry", wheels, stage)
    copied = {path.relative_to(stage).as_posix() for path in stage.rglob("*") if path.is_file()}
    assert copied == files.keys() - {"unused.py", "native.libs/libunused-9.so"}


def test_a_module_that_cannot_be_compiled_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def")
    with pytest.raises(PackageError, match="cannot compile the package"):
        add_bytecode(Path(sys.executable), tmp_path)
