"""The documentation is consistent with itself and with the code."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import MISSING, fields
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.core.management import get_commands

from assets.conf import Config
from edge.contract import formats
from edge.contract.policy import BAKED, Policy
from tests.docs.markdown import Page, Text, code_words
from tests.machine import ROOT

DOCS = ROOT / "docs"
PAGES = [Page.read(path) for path in sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])]
SETTINGS_PAGE = Page.read(DOCS / "settings.md")
_MAX_LINE = 120
_SOURCES = ("assets/", "edge/", "imagehub/", "infra/", "tests/", "docs/")


def _name(page: Page) -> str:
    return page.path.relative_to(ROOT).as_posix()


def _targets(page: Page) -> Iterator[tuple[str, Path, str]]:
    """Each relative link of a page: as written, the file it names, and its anchor."""
    for link in page.links:
        if not re.match(r"[a-z]+:", link):
            path, _, anchor = link.partition("#")
            yield link, (page.path.parent / unquote(path)).resolve() if path else page.path, anchor


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_relative_links_and_anchors_resolve(page: Page) -> None:
    broken = []
    for link, target, anchor in _targets(page):
        if not target.exists() or (anchor and anchor not in Page.read(target).anchors):
            broken.append(link)
    assert broken == []


def test_every_page_is_linked_from_another() -> None:
    linked = {target for page in PAGES for _, target, _ in _targets(page) if target != page.path}
    assert [_name(page) for page in PAGES if page.path.is_relative_to(DOCS) and not _is_linked(page.path, linked)] == []


def _is_linked(path: Path, linked: set[Path]) -> bool:
    return path in linked or (path.name == "README.md" and path.parent in linked)


def test_the_index_of_decisions_has_their_titles() -> None:
    titles = [(path.name, path.read_text().splitlines()[0].removeprefix("# ")) for path in DOCS.glob("decisions/0*.md")]
    listed = re.findall(r"^- \[(.+)\]\((.+)\)$", Page.read(DOCS / "decisions" / "README.md").text, re.MULTILINE)
    assert [(name, title) for title, name in listed] == sorted(titles)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_lines_have_at_most_120_characters(page: Page) -> None:
    """Tables cannot be wrapped, and neither can a word such as a URL."""
    long = [line for line in page.text.splitlines() if len(line) > _MAX_LINE and not line.startswith("|")]
    assert [line for line in long if len(line.split()) > 2] == []


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {(_name(page), name) for page in PAGES for name in re.findall(r"\bmake ([a-z]+)", page.code)}
    assert {pair for pair in named if pair[1] not in targets} == set()


def test_every_management_command_exists() -> None:
    commands = get_commands()
    named = {(_name(page), name) for page in PAGES for name in re.findall(r"manage\.py ([a-z_]+)", page.code)}
    assert {pair for pair in named if pair[1] not in commands} == set()


def test_every_python_module_that_is_run_exists() -> None:
    named = {(_name(page), name) for page in PAGES for name in re.findall(r"python3? -m ([a-z_.]+)", page.code)}
    assert {pair for pair in named if find_spec(pair[1]) is None} == set()


def test_every_source_file_that_is_named_exists() -> None:
    missing = set()
    for page in PAGES:
        paths = {span.strip("/") for span in page.spans if re.fullmatch(r"[\w./-]+", span)}
        missing |= {(_name(page), path) for path in paths if path.startswith(_SOURCES) and not (ROOT / path).exists()}
    assert missing == set()


def test_every_dotted_name_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dotted names of ours in code are modules, attributes of modules, models by their label, or ids of checks."""
    monkeypatch.setenv("IMAGEHUB_STORE", "s3://pictures?region=eu-west-1")  # edge.gateway needs it to be imported
    pattern = re.compile(r"(?<![\w./-])(?:assets|edge|imagehub|infra)(?:\.[A-Za-z_]\w*)+\b(?!/)")
    named = {(_name(page), name) for page in PAGES for name in pattern.findall(page.code)}
    assert {pair for pair in named if not _exists(pair[1])} == set()


def _exists(name: str) -> bool:
    models = {model._meta.label for model in apps.get_models()}
    return name in models or bool(re.fullmatch(r"imagehub\.[EW]\d{3}", name)) or _is_importable(name)


def _is_importable(name: str) -> bool:
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            value: object = __import__(".".join(parts[:length]), fromlist=["_"])
        except ImportError:
            continue
        for part in parts[length:]:
            if not hasattr(value, part):
                return False
            value = getattr(value, part)
        return True
    return False


def test_the_table_of_imagehub_keys_is_complete() -> None:
    documented = {code_words(row[0])[0]: row[2] for row in SETTINGS_PAGE.table("IMAGEHUB")}
    expected = {}
    for field in fields(Config):
        expected[field.name.upper()] = "required" if field.default is MISSING else _shown(field.default)
    assert documented == expected


def _shown(default: object) -> str:
    return f"`{default}`" if default else "empty"


def test_the_table_of_formats_is_complete() -> None:
    rows = Page.read(DOCS / "upload.md").table("Supported formats")
    labels = {label.strip() for row in rows for label in row[0].replace("animated", "").split(",")}
    extensions = {word.removeprefix(".") for row in rows for word in code_words(row[1])}
    assert {each.label for each in (*formats.SOURCES, formats.HEIC)} <= labels
    assert extensions == set(formats.BY_EXTENSION)


def test_the_table_of_the_policy_has_every_name_with_its_default() -> None:
    documented = {code_words(row[0])[0]: row[2] for row in SETTINGS_PAGE.table("Policy")}
    baked = json.loads(BAKED.read_text())
    assert baked.keys() == Policy.__dataclass_fields__.keys()
    assert documented == {name: _shown(_spelled(value)) for name, value in baked.items()}


def _spelled(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value).lower()


def test_the_table_of_environment_variables_is_complete() -> None:
    rows = SETTINGS_PAGE.table("Environment of the demo project")
    documented = {code_words(row[0])[0]: row[2] for row in rows}
    defaults = _environment_variables(ROOT / "imagehub" / "settings.py")
    assert documented.keys() == defaults.keys()
    assert all(len(code_words(row[3])) == 1 for row in rows)
    # A default that is computed is described in words.
    wrong = {name: documented[name] for name, default in defaults.items() if default not in (None, documented[name])}
    assert wrong == {}


def test_the_table_of_gunicorns_variables_is_complete() -> None:
    documented = {code_words(row[0])[0] for row in _second_table(DOCS / "production.md", "Processes")}
    others = _environment_variables(ROOT / "imagehub" / "settings.py")
    assert documented == _environment_variables(ROOT / "imagehub" / "gunicorn_conf.py").keys() - others.keys()


def _second_table(path: Path, heading: str) -> list[list[str]]:
    text = Page.read(path).section(heading).text
    return Text(f"## Second\n{text.split('|', 1)[1].partition(chr(10) * 2)[2]}").table("Second")


def _environment_variables(path: Path) -> dict[str, str | None]:
    """The first arguments of all calls of ``env`` and its methods, with the default as the table shows a constant."""
    found: dict[str, str | None] = {}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[0] == "env":
            assert isinstance(node.args[0], ast.Constant)
            name, default = str(node.args[0].value), node.keywords[0].value if node.keywords else None
            constant = isinstance(default, ast.Constant) and name not in _FOUND_LATER
            found[name] = _shown_constant(default.value) if constant and isinstance(default, ast.Constant) else None
    return found


#: Their default is empty, and what is then used is described in words.
_FOUND_LATER = ("CELERY_BROKER_URL", "SECRET_KEY")


def _shown_constant(value: object) -> str:
    return f"`{str(value).lower()}`" if isinstance(value, bool) else _shown(value)


def test_every_imagehub_environment_variable_exists() -> None:
    """Variables may be read outside the settings, by the demo or the edge."""
    sources = "\n".join(
        path.read_text() for top in ("imagehub", "edge", "infra") for path in (ROOT / top).rglob("*.py")
    )
    named = {(_name(page), name) for page in PAGES for name in re.findall(r"\bIMAGEHUB_[A-Z0-9_]+", page.text)}
    assert {pair for pair in named if f'"{pair[1]}"' not in sources} == set()


def test_the_table_of_metrics_is_complete() -> None:
    sources = "".join((ROOT / path).read_text() for path in ("assets/metrics.py", "imagehub/metrics.py"))
    defined = set(re.findall(r'(?:Counter|Histogram|GaugeMetricFamily)\(\s*"(\w+)"', sources))
    documented = {code_words(row[0])[0] for row in Page.read(DOCS / "production.md").table("Metrics")}
    assert {name.removesuffix("_total") for name in documented} == defined
