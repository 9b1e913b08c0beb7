"""docs/openapi.yaml: a document of OpenAPI 3.1 that says what the routes, the parameters and the code say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import yaml

from edge.contract.original import OriginalFacts, Verdict
from edge.contract.recipe import FIELDS, MAX_FACES
from edge.contract.url import OTHER_PARAMETERS
from edge.contract.values import Choice, Integer
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.location import open_store
from infra.local.http_api.api import read_api
from infra.local.http_api.process import TEMPLATE
from tests.docs.json_schema import resolved, violations
from tests.docs.markdown import Page
from tests.docs.test_urls import COMMAND_LINE, codes_in_edge
from tests.edge.events import http_api
from tests.edge.gateways import loaded_gateway
from tests.edge.originals import jpeg
from tests.machine import ROOT

DOCUMENT: Any = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text())
FILES, IMAGES = "/v1/files/{key}", "/v1/images/{key}"
#: Codes that no request to the HTTP API gets: what is raised behind CloudFront only, or for another product's URLs.
NOT_HERE = {
    "store_refused",
    "variant_unreadable",
    "query_missing",
    "releases_differ",
    "method_not_allowed",  # there is no route for another method
    "area_out_of_bounds",
    "operation_invalid",
    "padding_out_of_bounds",
    "face_unknown",
}


def operations() -> Iterator[tuple[str, str, Any]]:
    for path, item in DOCUMENT["paths"].items():
        for method in item.keys() - {"parameters"}:
            yield path, method, item[method]


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from ([node["$ref"]] if isinstance(node.get("$ref"), str) else [])
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from references(each)


def codes(path: str, status: str) -> set[str]:
    """The codes that an operation documents for a status."""
    response = resolved(DOCUMENT, DOCUMENT["paths"][path]["get"]["responses"].get(status, {}))
    found: set[str] = set()

    def search(node: Any) -> None:
        if isinstance(node, dict):
            found.update(node.get("properties", {}).get("code", {}).get("enum", ()))
            node = list(node.values())
        if isinstance(node, list):
            for each in node:
                search(each)

    search(response)
    return found


def test_the_document_has_the_form_of_openapi() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    assert {"title", "version"} <= DOCUMENT["info"].keys()
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == len(names) == 4
    schemes = DOCUMENT["components"]["securitySchemes"]
    for path, _, operation in operations():
        assert operation["summary"].endswith(".")
        assert all(requirement.keys() <= schemes.keys() for requirement in operation["security"])
        assert all(re.fullmatch("[1-5][0-9]{2}", status) for status in operation["responses"])
        assert all(resolved(DOCUMENT, each)["description"] for each in operation["responses"].values())
        parameters = [resolved(DOCUMENT, each) for each in DOCUMENT["paths"][path]["parameters"]]
        assert len({(each["name"], each["in"]) for each in parameters}) == len(parameters)
        # Definitions of these headers are ignored: https://spec.openapis.org/oas/v3.1.1#parameter-object
        assert not {"Accept", "Authorization", "Content-Type"} & {each["name"] for each in parameters}
        variables = {each["name"] for each in parameters if each["in"] == "path" and each["required"]}
        assert variables == set(re.findall(r"\{(\w+)\}", path))


def test_every_reference_leads_somewhere_and_every_component_is_used() -> None:
    used = set(references(DOCUMENT))
    for name in used:
        resolved(DOCUMENT, {"$ref": name})
    kinds = DOCUMENT["components"].items()
    known = {f"#/components/{kind}/{name}" for kind, each in kinds for name in each if kind != "securitySchemes"}
    assert used == known


def test_there_is_no_syntax_that_only_an_older_yaml_has() -> None:
    text = (ROOT / "docs/openapi.yaml").read_text()
    assert not re.search(r"(?m)^ *<<:|[:-] [&*]\w", text)


def test_the_routes_and_who_may_ask_are_those_of_the_template() -> None:
    given = {
        "GatewayFunction": "gateway",
        "CdnUrl": "https://cdn.example",
        "Authorizer": "jwt",
        "JwtIssuer": "https://i",
    }
    api = read_api(TEMPLATE, {**given, "JwtAudience": "a"})
    routes = {route.key.replace("{key+}", "{key}"): bool(route.tokens) for route in api.routes}
    assert routes == {
        f"{method.upper()} {path}": bool(operation["security"]) for path, method, operation in operations()
    }


def test_the_parameters_are_those_of_the_urls() -> None:
    parameters = [resolved(DOCUMENT, each) for each in DOCUMENT["paths"][FILES]["parameters"]]
    found = {each["name"]: (each["description"], each["schema"]) for each in parameters if each["in"] == "query"}
    assert found == {each.short: (sentence(each.allowed), schema(each)) for each in (*FIELDS, *OTHER_PARAMETERS)}
    facts = [resolved(DOCUMENT, each) for each in DOCUMENT["paths"][IMAGES]["parameters"]]
    assert not [each for each in facts if each["in"] == "query"]


def sentence(allowed: str) -> str:
    return f"{allowed[0].upper()}{allowed[1:]}."


def schema(parameter: Any) -> dict[str, object]:
    parse, pattern = getattr(parameter, "parse", None), getattr(parameter, "pattern", None)
    if isinstance(parse, Integer):
        return {"type": "integer", "minimum": parse.low, "maximum": parse.high}
    if isinstance(parse, Choice):
        return {"type": "string", "enum": list(parse.values)}
    return {"type": "string", **({"pattern": f"^(?:{pattern.pattern})$"} if pattern else {})}


def test_the_codes_are_those_of_the_code_each_under_its_status() -> None:
    in_code = {pair for pair in codes_in_edge() if pair[1] not in COMMAND_LINE | NOT_HERE}
    statuses = {status for _, _, operation in operations() for status in operation["responses"]}
    assert {(status, code) for status in statuses for code in codes(FILES, status)} == in_code
    assert all(codes(IMAGES, status) <= codes(FILES, status) for status in statuses)


def test_what_is_not_here_is_somewhere() -> None:
    assert {code for _, code in codes_in_edge()} >= NOT_HERE


FACTS = OriginalFacts("1f2e3d4c", (310, 420), faces=((1, 2, 3, 4),) * MAX_FACES, size=(640, 480), placeholder="A" * 32)


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    folder = tmp_path_factory.mktemp("store")
    store = open_store(folder.as_uri())
    for key, facts in {
        "whole.jpg": FACTS,
        "withheld.jpg": replace(FACTS, verdict=Verdict.WITHHELD),
        "blurred.jpg": replace(FACTS, verdict=Verdict.BLURRED, faces=()),
        "old.jpg": OriginalFacts("1f2e3d4c"),
    }.items():
        store.put(f"originals/{key}", jpeg(), content_type="image/jpeg", metadata=facts.as_metadata())
    store.put("originals/copied.png", b"not an image", content_type="binary/octet-stream")
    with loaded_gateway(IMAGEHUB_STORE=folder.as_uri()) as gateway:

        def ask(path: str, url: str, method: str = "GET", **headers: str) -> Any:
            return gateway.handler(http_api(url, method, route=path.replace("{key}", "{key+}"), **headers), None)

        yield ask


def check(reply: Any, path: str, method: str = "get") -> None:
    """Check a real reply against what is documented."""
    documented = resolved(DOCUMENT, DOCUMENT["paths"][path][method]["responses"][str(reply["statusCode"])])
    headers = {name.lower() for name in reply["headers"]}
    assert {name.lower() for name in documented.get("headers", ())} <= headers
    if not reply["body"]:
        return
    kind = reply["headers"]["Content-Type"]
    content = documented["content"][kind]
    if "schema" in content:
        assert list(violations(DOCUMENT, content["schema"], json.loads(reply["body"]))) == []


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/whole.jpg", 200),
        ("/blurred.jpg", 200),
        ("/old.jpg", 200),
        ("/copied.png", 200),
        ("/withheld.jpg", 404),
        ("/none.jpg", 404),
        ("/a.txt", 400),
        ("/whole.jpg?w=3", 400),
    ],
)
def test_facts_are_replied_as_documented(ask: Callable[..., Any], url: str, status: int) -> None:
    reply = ask(IMAGES, url)
    assert reply["statusCode"] == status
    check(reply, IMAGES)
    check(ask(IMAGES, url, "HEAD"), IMAGES, "head")
    if status == 200:
        kept = ask(IMAGES, url, if_none_match=reply["headers"]["ETag"])
        assert kept["statusCode"] == 304
        check(kept, IMAGES)


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/whole.jpg?w=300", 200),
        ("/whole.jpg?w=wide", 400),
        ("/whole.jpg?w=1&w=2", 400),
        ("/whole.jpg?x=1", 400),
        ("/whole.jpg?w=" + "0" * 3000, 400),
        ("/whole.jpg?blur=1", 403),
        ("/whole.jpg?p=none", 404),
        ("/none.jpg", 404),
        ("/withheld.jpg", 404),
        ("/copied.png", 415),
    ],
)
def test_images_are_replied_as_documented(ask: Callable[..., Any], url: str, status: int) -> None:
    reply = ask(FILES, url, accept="image/webp")
    assert reply["statusCode"] == status
    check(reply, FILES)
    check(ask(FILES, url, "HEAD"), FILES, "head")


def test_unavailable_storage_is_replied_as_documented(ask: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for error, status in ((StorageUnavailable("gone"), 503), (KeyError(), 500)):

        def failing(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(DirectoryStore, "head", failing)
        for path in (FILES, IMAGES):
            reply = ask(path, "/whole.jpg")
            assert reply["statusCode"] == status
            check(reply, path)


def test_the_example_on_the_page_follows_the_schema() -> None:
    (block,) = (each for each in Page.read(ROOT / "docs/api.md").blocks if each.language == "json")
    found = json.loads(block.body)
    assert list(violations(DOCUMENT, {"$ref": "#/components/schemas/Image"}, found)) == []
    rows = Page.read(ROOT / "docs/api.md").table("Facts about an image")
    fields = [name for row in rows for name in re.findall(r"`(\w+)`", row[0])]
    assert fields == list(found) == DOCUMENT["components"]["schemas"]["Image"]["required"]


@pytest.mark.parametrize(
    "change",
    [
        {"version": "1F2E3D4C"},
        {"width": "640"},
        {"faces": [{"x": 0}]},
        {"faces": [{"x": 0, "y": 0, "width": 2, "height": 0}]},
        {"verdict": "withheld"},
        {"focal_point": {"x": 0.1, "y": 0.1, "z": 0.1}},
        {"placeholder": "<script>"},
        {"more": 1},
    ],
)
def test_the_schema_refuses_what_is_wrong(ask: Callable[..., Any], change: dict[str, Any]) -> None:
    found = json.loads(ask(IMAGES, "/whole.jpg")["body"]) | change
    assert len(list(violations(DOCUMENT, {"$ref": "#/components/schemas/Image"}, found))) >= 1
