"""The changes that are made to the code."""

from __future__ import annotations

from cosmic_ray.mutating import mutate_code

from tests.mutation.operators import RemoveKeywordArgument, operators


def mutated(source: str) -> list[str | None]:
    found: list[str | None] = []
    while (text := mutate_code(source, RemoveKeywordArgument(), len(found))) is not None:
        found.append(text)
    return found


def test_each_keyword_argument_of_a_call_is_removed() -> None:
    assert mutated("f(a, b=1, c=2)\n") == ["f(a, c=2)\n", "f(a, b=1)\n"]


def test_an_only_argument_and_a_base_class_are_left_alone() -> None:
    assert mutated("f(a=1)\n") == []
    assert mutated("class A(B, metaclass=C): ...\n") == []


def test_every_operator_exists_in_cosmic_ray() -> None:
    assert len(operators()) == len({type(operator).__name__ for operator in operators().values()})
