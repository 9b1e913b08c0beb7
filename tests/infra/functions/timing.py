"""Print what a request costs in njs, beside a rewrite without rules: ``python -m tests.infra.functions.timing``."""

from __future__ import annotations

import resource
import tempfile
from pathlib import Path

from edge.contract.policy import load_policy
from infra.functions.build import build
from tests.infra.functions.engines import run_script

_ROUNDS = 30_000
_CALLS = """
async function timed(call) {
  for (let round = 0; round < ROUNDS; round++) {
    await call({ request: { method: 'GET', uri: '/images/photo.jpg', rawQueryString: () => QUERY,
      querystring: { width: { value: '300' }, height: { value: '300' }, format: { value: 'auto' } },
      headers: { accept: { value: 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8' } } } });
  }
}
""".replace("ROUNDS", str(_ROUNDS)).replace("QUERY", "'width=300&height=300&format=auto'")


def microseconds(script: str) -> float:
    """Processor time of njs for each request, the shortest of three runs."""
    return min(_seconds(f"{script}\n{_CALLS}\ntimed(measured);") for _ in range(3)) / _ROUNDS * 1e6


def _seconds(script: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with tempfile.TemporaryDirectory() as folder:
        run_script("njs", Path(folder), script)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def main() -> None:
    empty = microseconds("const measured = (event) => event.request;")
    plain_source = Path(__file__).with_name("plain_rewrite.js").read_text()
    plain = microseconds(f"{plain_source}\nconst measured = plainRewrite;") - empty
    ours = microseconds(f"{build(load_policy())}\nconst measured = handler;") - empty
    print(f"{ours:.1f} µs a request; a rewrite without rules {plain:.1f} µs: {ours / plain:.1f} times (budget 2)")


if __name__ == "__main__":
    main()
