"""CloudFormation gets its reply, whatever happens: else it would wait for an hour."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from infra.functions.custom_resource import CustomResourceEvent, answer
from tests.edge.storage.scripted import Script, run_script
from tests.edge.storage.scripted import answer as reply


def event(kind: str, server: Script) -> CustomResourceEvent:
    return {
        "RequestType": kind,
        "ResponseURL": f"{server.endpoint}/reply?signature=x",
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "PublishedKeys",
        "ResourceProperties": {"ServiceToken": "arn", "SecretId": "s", "KeyValueStore": "kvs"},
    }


def run(kind: str, error: Exception | None = None) -> tuple[list[str], dict[str, Any]]:
    """What was done, and what CloudFormation was told."""
    done: list[str] = []

    def work(properties: Mapping[str, str]) -> None:
        done.append(properties["SecretId"])
        if error:
            raise error

    with run_script() as server:
        server.steps = [reply("200 OK", keep_alive=False)]
        answer(event(kind, server), work)
        (sent,) = server.requests
    head, _, body = sent.partition(b"\r\n\r\n")
    assert head.startswith(b"PUT /reply?signature=x ")
    # S3's presigned URL is signed without one.
    assert b"content-type:\r\n" in head.lower().replace(b": ", b":") + b"\r\n"
    return done, json.loads(body)


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_the_work_is_done_and_its_properties_are_the_attributes(kind: str) -> None:
    done, told = run(kind)
    assert done == ["s"]
    assert told["Status"] == "SUCCESS"
    assert told["Data"]["KeyValueStore"] == "kvs"
    assert (told["StackId"], told["RequestId"], told["LogicalResourceId"]) == ("stack", "request", "PublishedKeys")
    assert told["PhysicalResourceId"] == "PublishedKeys"


def test_a_failure_is_told_with_its_reason() -> None:
    _, told = run("Create", ValueError("no key"))
    assert (told["Status"], told["Reason"]) == ("FAILED", "ValueError: no key")


def test_a_deletion_has_nothing_to_do() -> None:
    done, told = run("Delete", ValueError("never raised"))
    assert (done, told["Status"]) == ([], "SUCCESS")
