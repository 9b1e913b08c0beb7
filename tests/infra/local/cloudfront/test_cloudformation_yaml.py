"""CloudFormation's short tags in YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local.cloudfront.cloudformation_yaml import TemplateError, read_document


def read(folder: Path, text: str) -> dict[str, object]:
    path = folder / "template.yaml"
    path.write_text(text)
    return read_document(path)


def test_short_tags_become_intrinsic_functions(tmp_path: Path) -> None:
    document = read(tmp_path, "a: !Ref X\nb: !GetAtt X.Y.Z\nc: !If [C, !Sub '${X}', 1]\nd: !Transform {Name: n}\n")
    assert document == {
        "a": {"Ref": "X"},
        "b": {"Fn::GetAtt": ["X", "Y.Z"]},
        "c": {"Fn::If": ["C", {"Fn::Sub": "${X}"}, 1]},
        "d": {"Fn::Transform": {"Name": "n"}},
    }


@pytest.mark.parametrize("text", ["", "- a\n", "a: [", "a: !!python/object/apply:os.getcwd []\n"])
def test_a_file_that_is_not_a_template_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(TemplateError, match=r"template\.yaml"):
        read(tmp_path, text)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="No such file"):
        read_document(tmp_path / "none.yaml")
