"""The template: uploaded, checked by CloudFormation, and reduced to some of its resources."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.aws import Aws
from infra.deploy.code_bucket import CodeBucket
from infra.deploy.messages import DeployError, error_code
from infra.local.cloudfront.cloudformation_yaml import read_document


@dataclass(frozen=True)
class UploadedTemplate:
    """``url`` is where CloudFormation reads it."""

    url: str
    parameters: frozenset[str]

    def complete(self, given: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str | None]:
        """Return all parameters: those given, else None for those that the stack has. Raises `DeployError`."""
        if unknown := sorted(given.keys() - self.parameters):
            names = ", ".join(sorted(self.parameters))
            raise DeployError(f"The template has no parameter {', '.join(unknown)}. It has: {names}.")
        kept = dict.fromkeys(before.keys() & self.parameters)
        return {**kept, **given}


def read_template(path: Path) -> str:
    """Raises `DeployError` if there is no such file."""
    try:
        return path.read_text()
    except (OSError, UnicodeError) as error:
        raise DeployError(f"The template cannot be read: {error}") from error


def upload_template(aws: Aws, bucket: CodeBucket, text: str) -> UploadedTemplate:
    """Raises `DeployError` if CloudFormation says that the template is wrong."""
    url = bucket.upload_template(text)
    try:
        checked = aws.cloudformation.validate_template(TemplateURL=url)
    except ClientError as error:
        if error_code(error) != "ValidationError":
            raise
        message = f"The template is invalid, so nothing was changed: {error.response['Error']['Message']}"
        raise DeployError(message) from error
    return UploadedTemplate(url, frozenset(each["ParameterKey"] for each in checked["Parameters"]))


def bucket_alone(path: Path) -> str:
    """Return the template with no resource but the bucket, as an import needs it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-new-stack.html
    """
    return template_with(path, ["Bucket"])


def template_with(path: Path, names: Collection[str]) -> str:
    """Return the template with these resources only, and the parameters and outputs that belong to them.

    A resource that they refer to and that is not among them is a parameter of its name: the id that it has elsewhere.
    """
    document = read_document(path)
    resources = {name: document["Resources"][name] for name in names}
    kept = ("AWSTemplateFormatVersion", "Conditions")
    sections: dict[str, Any] = {name: document[name] for name in kept if name in document}
    outputs = {name: value for name, value in document.get("Outputs", {}).items() if name in resources}
    if outputs:
        sections["Outputs"] = outputs
    used = set(_references([resources, sections]))
    parameters = {name: value for name, value in document["Parameters"].items() if name in used}
    elsewhere = (document["Resources"].keys() & used) - resources.keys()
    parameters |= {name: {"Type": "String", "Default": ""} for name in sorted(elsewhere)}
    return json.dumps({**sections, "Parameters": parameters, "Resources": resources})


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("Ref"), str):
            yield node["Ref"]
        if "Fn::Sub" in node:
            yield from re.findall(r"\$\{(\w+)\}", json.dumps(node["Fn::Sub"]))
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _references(each)
