"""A CloudFormation template and its intrinsic functions, evaluated with every parameter as given or at its default.

Resources stay symbolic (`Reference`), since nothing is deployed here.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.cloudfront.cloudformation_yaml import TemplateError, read_document

__all__ = ["REGION", "Reference", "Template", "TemplateError"]

REGION = "us-east-1"
_PSEUDO = {
    "AWS::AccountId": "000000000000",
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": "imagehub-local",
    "AWS::URLSuffix": "amazonaws.com",
}
# Fn::Sub leaves ${!Name} alone:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub.html
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
_NO_VALUE = object()


@dataclass(frozen=True, slots=True)
class Reference:
    """A resource, or one of its attributes, as ``!Ref`` and ``!GetAtt`` name it."""

    logical_id: str
    attribute: str | None = None

    def __str__(self) -> str:
        name = self.logical_id.lower()
        return f"{_PSEUDO['AWS::StackName']}-{name}" if self.attribute in (None, "Arn") else f"{name}.{self.attribute}"


class Template:
    """A parsed template. ``parameters`` are values by name; the others have their defaults."""

    def __init__(self, document: Mapping[str, Any], parameters: Mapping[str, Any] | None = None) -> None:
        self.document = document
        self._values = _values(document.get("Parameters", {}), parameters or {})
        self._conditions = document.get("Conditions", {})
        self._resources = document.get("Resources", {})

    @classmethod
    def read(cls, path: Path, parameters: Mapping[str, Any] | None = None) -> Template:
        """Raises `TemplateError` if there is no template at ``path``, or if it does not allow one of the parameters."""
        return cls(read_document(path), parameters)

    def only(self, kind: str) -> Mapping[str, Any]:
        """Return the raw properties of the one resource of type ``kind``."""
        found = [name for name, resource in self._resources.items() if resource["Type"] == kind]
        if len(found) != 1:
            raise TemplateError(f"the template has {len(found)} resources of type {kind}; it must have exactly one")
        return self.properties(Reference(found[0]), kind)

    def properties(self, reference: object, kind: str) -> Mapping[str, Any]:
        """Return the raw properties of the resource that ``reference`` names, which must be of type ``kind``."""
        if not isinstance(reference, Reference):
            raise TemplateError(f"expected a reference to a resource of type {kind}, found {reference!r}")
        resource = self._resources[reference.logical_id]
        if resource["Type"] != kind:
            raise TemplateError(f"{reference.logical_id} is of type {resource['Type']}; it must be of type {kind}")
        properties: Mapping[str, Any] = resource.get("Properties", {})
        return properties

    def resolve(self, node: Any) -> Any:
        """Return ``node`` with its intrinsic functions evaluated. Raises `TemplateError`."""
        value = self._resolve(node)
        return None if value is _NO_VALUE else value

    def _resolve(self, node: Any) -> Any:
        # AWS::NoValue removes the property or list item that it stands for.
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
            case "Fn::Sub":
                text, own = (argument, {}) if isinstance(argument, str) else (argument[0], self._resolve(argument[1]))
                return _VARIABLE.sub(lambda match: str(own.get(match[1]) or self._ref(*match[1].split(".", 1))), text)
            case "Fn::If":
                chosen = argument[1] if self._resolve(self._conditions[argument[0]]) else argument[2]
                return self._resolve(chosen)
            case "Fn::Equals":
                first, second = self._resolve(argument)
                return first == second
            case "Fn::And":
                return all(map(self._resolve, argument))
            case "Fn::Or":
                return any(map(self._resolve, argument))
            case "Fn::Not":
                return not self._resolve(argument[0])
            case "Fn::Join":
                separator, parts = self._resolve(argument)
                return separator.join(map(str, parts))
            case "Fn::Split" | "Fn::Select":
                return _part(name, *self._resolve(argument))
            case _:
                raise TemplateError(f"{name} is not supported by the local CloudFront")

    def _ref(self, name: str, attribute: str | None = None) -> Any:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in _PSEUDO:
            return _PSEUDO[name]
        if name in self._resources:
            return Reference(name, attribute)
        try:
            return self._values[name]
        except KeyError:
            raise TemplateError(f"{name} is neither a resource nor a parameter with a default") from None


def _values(declared: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
    for name, value in given.items():
        allowed = declared.get(name, {"AllowedValues": []}).get("AllowedValues")
        if allowed is not None and value not in allowed:
            choice = (
                f"; it must be one of {', '.join(map(str, allowed))}" if allowed else ": there is no such parameter"
            )
            raise TemplateError(f"{name}={value} is not allowed by the template{choice}")
    return {name: each["Default"] for name, each in declared.items() if "Default" in each} | dict(given)


def _part(name: str, first: Any, second: Any) -> Any:
    """Fn::Split or Fn::Select. An attribute's value is not known here, so a part of it is the `Reference` too."""
    if isinstance(second, Reference):
        return second
    return second.split(first) if name == "Fn::Split" else second[int(first)]
