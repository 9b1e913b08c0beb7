"""The packages for Lambda@Edge: small, reproducible, and sufficient for every format."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from edge.contract import policy
from edge.contract.original import OriginalFacts
from edge.storage.objects.location import open_store
from infra.functions.build import build as build_function
from infra.package import GATEWAY, PACKAGES, VERSION, PackageSpec, build, main
from infra.package_contents import find_python
from infra.reproducible_zip import ZipFile
from infra.wheel_download import ROOT, PackageError
from tests.edge.events import function_url, http_api, origin_response, viewer_request
from tests.edge.image.pictures import animation, noise, quarters, saved
from tests.s3server import S3Server

VIEWER, ORIGIN, ROTATION = PACKAGES
#: Lambda's Python if it is installed. Otherwise the packages are built for the Python that runs the tests.
PYTHON = find_python(VERSION)
TARGET = (VERSION, PYTHON) if PYTHON else (f"{sys.version_info.major}.{sys.version_info.minor}", Path(sys.executable))
CLASSES = {"avif": "avif", "webp": "webp", "basic": "jpeg", "jpeg": "jpeg", "png": "png", "gif": "gif"}
STILLS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif", "GIF": "gif", "TIFF": "tif", "BMP": "bmp"}


@pytest.fixture(scope="module")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    return build(VIEWER, tmp_path_factory.mktemp("viewer"), version=TARGET[0], python=TARGET[1])


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    return _with_wheels(ORIGIN, tmp_path_factory.mktemp("origin"))


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    return _with_wheels(GATEWAY, tmp_path_factory.mktemp("gateway"))


def _with_wheels(spec: PackageSpec, folder: Path) -> ZipFile:
    try:
        return build(spec, folder, version=TARGET[0], python=TARGET[1])
    except PackageError as error:
        if str(error).startswith("Cannot download"):
            pytest.skip(f"Pillow's wheel for Lambda cannot be downloaded, so its package is NOT tested: {error}")
        raise


@pytest.fixture(scope="module")
def task(origin: ZipFile, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip of origin-response, unpacked as Lambda does."""
    return _unpacked(origin, tmp_path_factory.mktemp("task"))


def _unpacked(package: ZipFile, folder: Path) -> Path:
    with zipfile.ZipFile(package.path) as archive:
        archive.extractall(folder)
    return folder


def _names(package: ZipFile) -> list[str]:
    return zipfile.ZipFile(package.path).namelist()


def _run(task: Path, script: str, *arguments: str) -> str:
    """Return what ``script`` prints if it can import nothing but ``task`` and the standard library."""
    lines = f"import sys; sys.path.insert(0, {str(task)!r})\n{script}"
    command = [str(TARGET[1]), "-I", "-S", "-c", lines, *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_packages_are_for_the_templates_runtime() -> None:
    assert set(re.findall(r"Runtime: python(\S+)", (ROOT / "infra/template.yaml").read_text())) == {VERSION}


def test_viewer_request_has_less_than_a_megabyte_and_contains_edge_only(viewer: ZipFile) -> None:
    names = _names(viewer)
    assert viewer.path.stat().st_size < 1_000_000
    assert all(name.startswith("edge/") for name in names)
    assert not [name for name in names if name.startswith(("edge/image", "edge/rendering", "edge/storage/objects"))]


def test_viewer_request_answers_without_importing_network_modules(viewer: ZipFile, tmp_path: Path) -> None:
    script = (
        "import json; from edge import viewer_request\n"
        "answer = viewer_request.handler(json.loads(sys.argv[1]), None)\n"
        "print(json.dumps([answer['uri'], sorted(sys.modules)]))"
    )
    asked = viewer_request("/a.jpg?w=300", "image/avif,image/webp")
    uri, modules = json.loads(_run(_unpacked(viewer, tmp_path), script, json.dumps(asked)))
    assert uri == f"/a.jpg/any.{policy.load_policy().rev}/w300.avif"
    tops = {name.partition(".")[0] for name in modules}
    assert tops - sys.stdlib_module_names - {"edge", "__main__"} <= {"_distutils_hack", "sitecustomize"}
    assert not {"socket", "ssl", "http.client", "urllib.request", "asyncio", "email", "ctypes", "decimal"} & set(
        modules
    )


def test_viewer_request_contains_what_signatures_need(viewer: ZipFile, tmp_path: Path) -> None:
    script = (
        "from edge.storage.signing_keys.shared import shared_signing_keys; "
        "import edge.storage.aws.secrets_manager; print('ssl' in sys.modules)"
    )
    assert _run(_unpacked(viewer, tmp_path), script) == "True\n"


def test_the_same_source_gives_the_same_bytes(viewer: ZipFile, tmp_path: Path) -> None:
    again = build(VIEWER, tmp_path, version=TARGET[0], python=TARGET[1])
    assert again.path.read_bytes() == viewer.path.read_bytes()
    assert again.sha256 == viewer.sha256


def test_two_checkouts_two_users_and_two_years_give_the_same_bytes(tmp_path: Path) -> None:
    """Nothing of the folder, the umask, the clock, the time zone, the locale or hash seeds is in the packages."""
    zips = [
        _built_in(tmp_path / "a", umask=0o022, time=1_000_000_000, TZ="UTC", LC_ALL="C", PYTHONHASHSEED="1"),
        _built_in(
            tmp_path / "another" / "folder",
            umask=0o077,
            time=1_700_000_000,
            TZ="Pacific/Kiritimati",
            LC_ALL="C.UTF-8",
            PYTHONHASHSEED="2",
        ),
    ]
    assert zips[0] == zips[1]
    assert zips[0]


def _built_in(checkout: Path, umask: int, time: int, **environment: str) -> dict[str, bytes]:
    """The packages that need no wheels, with bytecode, from a copy of the sources with other modes and dates."""
    for name in ("edge", "infra"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in checkout.rglob("*"):
        path.chmod(0o777 & ~umask if path.is_dir() else 0o666 & ~umask)
        os.utime(path, (time, time))
    script = (
        "import os, sys; from pathlib import Path; from infra.package import PACKAGES, build\n"
        f"os.umask({umask})\n"
        "for spec in PACKAGES:\n"
        "    if not spec.wheels: build(spec, Path('out'), version=sys.argv[1], python=Path(sys.executable))"
    )
    command = [str(TARGET[1]), "-c", script, TARGET[0]]
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "PATH")}
    site = sysconfig.get_path("platlib")
    paths = {"PYTHONPATH": f"{checkout}:{site}", "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(command, cwd=checkout, env={**kept, **paths, **environment}, check=True)
    return {path.name: path.read_bytes() for path in (checkout / "out").glob("*.zip")}


def test_a_package_is_named_by_its_hash(viewer: ZipFile) -> None:
    digest = hashlib.sha256(viewer.path.read_bytes())
    assert viewer.sha256 == base64.b64encode(digest.digest()).decode()
    assert viewer.path.name == f"viewer-request-{digest.hexdigest()[:16]}.zip"


@pytest.mark.parametrize("which", ["viewer", "origin"])
def test_every_module_has_bytecode_that_python_never_compares_with_its_source(
    which: str, request: pytest.FixtureRequest
) -> None:
    package: ZipFile = request.getfixturevalue(which)
    tag = TARGET[0].replace(".", "")
    with zipfile.ZipFile(package.path) as archive:
        sources = [Path(name) for name in archive.namelist() if name.endswith(".py")]
        for source in sources:
            compiled = archive.read(f"{source.parent}/__pycache__/{source.stem}.cpython-{tag}.pyc")
            assert int.from_bytes(compiled[4:8], "little") == 0b01  # PEP 552: by hash, unchecked
    assert len(sources) > 10


def test_entries_are_sorted_dated_alike_and_readable_by_all(origin: ZipFile) -> None:
    entries = zipfile.ZipFile(origin.path).infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


def test_origin_response_has_less_than_ten_megabytes_and_only_what_the_engine_imports(
    origin: ZipFile,
) -> None:
    names = " ".join(_names(origin))
    assert origin.path.stat().st_size < 10_000_000
    for absent in (
        "_imagingft",
        "_imagingtk",
        "_imagingmorph",
        "freetype",
        "harfbuzz",
        "brotli",
        "png16",
    ):
        assert absent not in names
    for absent in ("ImageFont", "ImageDraw", "EpsImagePlugin", "FitsImagePlugin", "PsdImagePlugin", "__main__", ".pyi"):
        assert absent not in names
    assert "METADATA" in names  # what Amazon Inspector knows a distribution by


def test_origin_response_renders_every_format_from_every_source_with_its_package_alone(
    task: Path, tmp_path: Path
) -> None:
    sources = {f"still.{end}": saved(noise((80, 60)), kind) for kind, end in STILLS.items()}
    sources |= {
        f"moving.{end}": animation(kind, [quarters(), noise((80, 60))])
        for kind, end in (("GIF", "gif"), ("PNG", "png"), ("WEBP", "webp"))
    }
    store = tmp_path / "store"
    for name, body in sources.items():
        path = store / "originals" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    rev = policy.load_policy().rev
    asked = [
        origin_response(f"/{name}/any.{rev}/w40_h40_fcover_gauto_blur1.{cls}", store.as_uri())
        for name in sources
        for cls in CLASSES
    ]
    (tmp_path / "events.json").write_text(json.dumps(asked))
    script = (
        "import json; from pathlib import Path; from edge import origin_response\n"
        "for event in json.loads(Path(sys.argv[1]).read_text()):\n"
        "    uri = event['Records'][0]['cf']['request']['uri']\n"
        "    answer = origin_response.handler(event, None)\n"
        "    print(uri, answer['status'], answer['headers']['content-type'][0]['value'])"
    )
    answers = [line.split() for line in _run(task, script, str(tmp_path / "events.json")).splitlines()]
    assert len(answers) == len(sources) * len(CLASSES)
    assert {status for _, status, _ in answers} == {"200"}
    assert _wrong_formats(answers) == {}
    with Image.open(next((store / "variants" / "still.avif").rglob("*.avif"))) as shown:
        assert (shown.format, shown.size) == ("AVIF", (40, 40))


def test_the_gateway_renders_from_its_zip_with_a_real_s3_server(
    gateway: ZipFile, s3_server: S3Server, tmp_path: Path
) -> None:
    store = open_store(s3_server.location, lambda: s3_server.credentials)
    body = saved(quarters().resize((300, 200), Image.Resampling.NEAREST), "PNG")
    store.put("originals/zip/a.png", body, content_type="image/png", metadata=OriginalFacts("0123abcd").as_metadata())
    rev = policy.load_policy().rev
    asked = [function_url(f"/zip/a.png/0123abcd.{rev}/w150.webp"), http_api("/zip/a.png?w=150&v=0123abcd&f=webp")]
    (tmp_path / "events.json").write_text(json.dumps(asked))
    settings = {**s3_server.environment, "IMAGEHUB_STORE": s3_server.location}
    script = (
        f"import os; os.environ.update({settings!r})\n"
        "import json; from pathlib import Path; from edge import gateway\n"
        "for event in json.loads(Path(sys.argv[1]).read_text()):\n"
        "    print(json.dumps(gateway.handler(event, None)))"
    )
    output = _run(_unpacked(gateway, tmp_path / "task"), script, str(tmp_path / "events.json"))
    rendered, found = (json.loads(line) for line in output.splitlines())
    stored = store.get(f"variants/zip/a.png/0123abcd.{rev}/w150.webp")
    for reply in (rendered, found):
        assert (reply["statusCode"], reply["headers"]["ETag"]) == (200, stored.head.etag)
        assert base64.b64decode(reply["body"]) == stored.body
    with Image.open(io.BytesIO(stored.body)) as shown:
        assert (shown.format, shown.width) == ("WEBP", 150)
        corners = np.asarray(shown.convert("RGB"), dtype=int)[9, [9, 140]]
    with Image.open(io.BytesIO(body)) as original:
        expected = np.asarray(original.convert("RGB"), dtype=int)[18, [18, 280]]
    assert abs(corners - expected).max() < 20


def test_the_gateway_without_settings_says_what_is_missing(gateway: ZipFile, tmp_path: Path) -> None:
    script = "try:\n    from edge import gateway\nexcept ValueError as error:\n    print(error)"
    assert "IMAGEHUB_STORE is not set" in _run(_unpacked(gateway, tmp_path), script)


def _wrong_formats(answers: list[list[str]]) -> Mapping[str, str]:
    """Return replies of another format than was requested. Animations may differ: JPEG cannot hold one."""
    stills = [(uri, content_type) for uri, _, content_type in answers if uri.startswith("/still")]
    return {uri: got for uri, got in stills if got != f"image/{CLASSES[uri.rpartition('.')[2]]}"}


def test_the_package_contains_the_shared_libraries_that_the_engine_calls(task: Path) -> None:
    script = (
        "from edge.image.decode import libwebp; from PIL import Image, ImageCms\n"
        "lab = ImageCms.createProfile('LAB'), ImageCms.createProfile('sRGB'), 'LAB', 'RGB'\n"
        "shown = ImageCms.applyTransform(Image.new('LAB', (2, 2)), ImageCms.buildTransform(*lab))\n"
        "print(libwebp._library() is not None, shown.mode)"
    )
    assert _run(task, script) == "True RGB\n"


def test_another_policy_can_be_included(tmp_path: Path) -> None:
    other = json.loads(policy.BAKED.read_text()) | {"quality": 60}
    (tmp_path / "policy.json").write_text(json.dumps(other))
    package = build(VIEWER, tmp_path, tmp_path / "policy.json")
    assert json.loads(zipfile.ZipFile(package.path).read("edge/contract/policy.json")) == other


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"secret": "file:///keys.json"}, "a Lambda function cannot read that file"),
        ({"secret": "vault:keys"}, "not a location of signing keys"),
        ({"signed": "sometimes"}, '"signed" is "off-ladder" or "always"'),
    ],
)
def test_a_policy_that_cannot_work_on_lambda_is_refused(
    change: dict[str, str], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(json.loads(policy.BAKED.read_text()) | change))
    assert main(["--out", str(tmp_path / "out"), "--policy", str(path)]) == 1
    assert why in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_cloudfront_function_is_built_with_the_policy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.package.packages_of", lambda _: (VIEWER,))  # the others need a download
    other = json.loads(policy.BAKED.read_text()) | {"quality": 60}
    (tmp_path / "policy.json").write_text(json.dumps(other))
    assert main(["--out", str(tmp_path), "--policy", str(tmp_path / "policy.json")]) == 0
    code = (tmp_path / "viewer-request.js").read_bytes()
    assert code.decode() == build_function(policy.Policy.parse(json.dumps(other)))
    line = next(line for line in capsys.readouterr().out.splitlines() if "viewer-request.js" in line)
    assert line.endswith(f"{len(code):,} bytes of 10,240, SHA-256 {hashlib.sha256(code).hexdigest()}")


def test_a_ladder_that_is_too_long_for_the_function_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = json.loads(policy.BAKED.read_text()) | {"ladder": list(range(1, 1000))}
    (tmp_path / "policy.json").write_text(json.dumps(long))
    assert main(["--out", str(tmp_path), "--policy", str(tmp_path / "policy.json")]) == 1
    assert "Shorten the policy's ladder" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.zip"))


def test_a_package_above_its_size_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="at most 1000 are allowed"):
        build(replace(VIEWER, max_bytes=1000), tmp_path)


def test_a_function_that_imports_more_than_its_package_contains_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="imports PIL, cykooz_resizer, but its package does not contain that"):
        build(replace(ORIGIN, wheels=()), tmp_path)


def test_a_named_python_of_another_version_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path), "--python", "/bin/false"])
    assert f"is not Python {VERSION}" in capsys.readouterr().err
