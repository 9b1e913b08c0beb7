"""CloudFormation templates: YAML with its tags, and what its intrinsic functions come to.

Resources stay symbolic (`Reference`), since nothing is deployed here.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

REGION = "us-east-1"
_PSEUDO = {
    "AWS::AccountId": "000000000000",
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": "imagehub-local",
    "AWS::URLSuffix": "amazonaws.com",
}
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
_NO_VALUE = object()


class TemplateError(ValueError):
    """The template says something that cannot be understood, or that is not modelled here."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What ``!Ref`` and ``!GetAtt`` say of a resource."""

    logical_id: str
    attribute: str | None = None

    def __str__(self) -> str:
        name = self.logical_id.lower()
        return f"{_PSEUDO['AWS::StackName']}-{name}" if self.attribute in (None, "Arn") else f"{name}.{self.attribute}"


class _Loader(yaml.SafeLoader):
    """YAML's safe loader with CloudFormation's short tags."""


def _construct(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        raise TemplateError(f"!{tag} stands before something that YAML does not know")
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _construct)


class Template:
    """A parsed template, with every parameter at its default."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._parameters = document.get("Parameters", {})
        self._conditions = document.get("Conditions", {})
        self._resources = document.get("Resources", {})

    @classmethod
    def read(cls, path: Path) -> Template:
        """Raises `TemplateError` where there is no template at ``path``."""
        try:
            document = yaml.load(path.read_text(), _Loader)  # noqa: S506 # it is a SafeLoader
        except (OSError, yaml.YAMLError) as error:
            raise TemplateError(f"{path}: {error}") from error
        if not isinstance(document, dict):
            raise TemplateError(f"{path}: this is not a CloudFormation template")
        return cls(document)

    def only(self, kind: str) -> Mapping[str, Any]:
        """The properties of the one resource of this type."""
        found = [name for name, resource in self._resources.items() if resource["Type"] == kind]
        if len(found) != 1:
            raise TemplateError(f"the template has {len(found)} resources of type {kind}; there must be one")
        return self.properties(Reference(found[0]), kind)

    def properties(self, reference: object, kind: str) -> Mapping[str, Any]:
        """The raw properties of the resource that ``reference`` names, which must be of type ``kind``."""
        if not isinstance(reference, Reference):
            raise TemplateError(f"expected a reference to a resource of type {kind}, found {reference!r}")
        resource = self._resources[reference.logical_id]
        if resource["Type"] != kind:
            raise TemplateError(f"{reference.logical_id} is a {resource['Type']}, and should be a {kind}")
        properties: Mapping[str, Any] = resource.get("Properties", {})
        return properties

    def resolve(self, node: Any) -> Any:
        """``node`` with its intrinsic functions worked out."""
        value = self._resolve(node)
        return None if value is _NO_VALUE else value

    def _resolve(self, node: Any) -> Any:
        if isinstance(node, list):
            return [value for value in map(self._resolve, node) if value is not _NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            name, argument = next(iter(node.items()))
            if name in ("Ref", "Condition") or name.startswith("Fn::"):
                return self._call(name, argument)
        pairs = ((name, self._resolve(value)) for name, value in node.items())
        return {name: value for name, value in pairs if value is not _NO_VALUE}

    def _call(self, name: str, argument: Any) -> Any:
        match name:
            case "Ref":
                return self._ref(argument)
            case "Condition":
                return self._resolve(self._conditions[argument])
            case "Fn::GetAtt":
                return Reference(*argument)
            case "Fn::Sub" if isinstance(argument, str):
                return _VARIABLE.sub(lambda match: str(self._ref(*match[1].split(".", 1))), argument)
            case "Fn::If":
                chosen = argument[1] if self._resolve(self._conditions[argument[0]]) else argument[2]
                return self._resolve(chosen)
            case "Fn::Equals":
                first, second = self._resolve(argument)
                return first == second
            case "Fn::Not":
                return not self._resolve(argument[0])
            case _:
                raise TemplateError(f"{name} is not understood here")

    def _ref(self, name: str, attribute: str | None = None) -> Any:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in _PSEUDO:
            return _PSEUDO[name]
        if name in self._resources:
            return Reference(name, attribute)
        try:
            return self._parameters[name]["Default"]
        except KeyError:
            raise TemplateError(f"{name} is neither a resource nor a parameter with a default") from None
