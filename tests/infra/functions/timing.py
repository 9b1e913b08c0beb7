"""Print what a request costs in njs, beside a rewrite without rules: ``python -m tests.infra.functions.timing``."""

from __future__ import annotations

import json
import resource
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

from edge.contract.policy import load_policy
from infra.functions.build import build
from tests.infra.functions.engines import ENGINES, run_script

#: Requests in one process, which cost a quarter of a second. Node compiles the function after some thousands.
_ROUNDS = {"njs": 20_000, "node": 100_000}
_RUNS = 5
_PLAIN = Path(__file__).with_name("plain_rewrite.js")
_CALLS = """
async function timed(call) {
  for (let round = 0; round < ROUNDS; round++) {
    await call({ request: { method: 'GET', uri: '/images/photo.jpg', rawQueryString: () => QUERY, querystring: PARSED,
      headers: { accept: { value: 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8' } } } });
  }
}
timed(measured);
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """A query, and the one for the rewrite without rules that asks for the same, with a format by Accept."""

    what: str
    query: str
    plain_query: str


SHAPES = (
    Shape("a width and a version", "w=300&v=0123abcd", "format=auto&width=300"),
    Shape("both sides and a version", "w=300&h=200&v=0123abcd", "format=auto&width=300&height=200"),
    Shape("a preset and a version", "p=card.3&v=0123abcd", "format=auto&width=300"),
    Shape("a width between two rungs", "w=320", "format=auto&width=320"),
    Shape("long names", "width=300&height=300&format=auto", "width=300&height=300&format=auto"),
)


def compare(shape: Shape, engine: str) -> tuple[float, float]:
    """Processor seconds of a request, ours and the other: each the least of some runs, which take turns.

    What it costs to make the event and to await is not counted.
    """
    function = build(load_policy())
    scripts = {
        "empty": "const measured = (event) => event.request;" + _calls(shape.query, engine),
        "ours": f"{function}\nconst measured = handler;" + _calls(shape.query, engine),
        "theirs": f"{_PLAIN.read_text()}\nconst measured = plainRewrite;" + _calls(shape.plain_query, engine),
    }
    least = dict.fromkeys(scripts, float("inf"))
    for _ in range(_RUNS):
        for name, script in scripts.items():
            least[name] = min(least[name], _seconds(script, engine) / _ROUNDS[engine])
    return least["ours"] - least["empty"], least["theirs"] - least["empty"]


def _calls(query: str, engine: str) -> str:
    parsed = {name: {"value": value} for name, value in parse_qsl(query)}
    values = {"ROUNDS": str(_ROUNDS[engine]), "QUERY": json.dumps(query), "PARSED": json.dumps(parsed)}
    text = _CALLS
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def _seconds(script: str, engine: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        run_script(engine, Path(folder), script)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def installed() -> Iterator[str]:
    """The engines that this machine has."""
    return (engine for engine in reversed(ENGINES) if shutil.which(engine))


def main() -> None:
    for engine in installed():
        for shape in SHAPES:
            ours, theirs = compare(shape, engine)
            print(f"{engine}, {shape.what}: {ours * 1e6:.1f} µs; {theirs * 1e6:.1f} µs: {ours / theirs:.2f} times")


if __name__ == "__main__":
    main()
