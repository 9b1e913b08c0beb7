"""Reads the YAML of a CloudFormation template: ``!Ref X`` becomes ``{"Ref": "X"}``.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


class TemplateError(ValueError):
    """The template cannot be understood, or asks for something that is not supported here."""


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
        raise TemplateError(f"!{tag} stands before a node that is not a scalar, a list or a mapping")
    # The short form of Fn::GetAtt is one string; the long form is a list.
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _construct)


def read_document(path: Path) -> dict[str, Any]:
    """Raises `TemplateError` if there is no template at ``path``."""
    try:
        document = yaml.load(path.read_text(), _Loader)  # noqa: S506 # it is a SafeLoader
    except (OSError, yaml.YAMLError) as error:
        raise TemplateError(f"{path}: {error}") from error
    if not isinstance(document, dict):
        raise TemplateError(f"{path} is not a CloudFormation template")
    return document
