"""``python -m tests.load.sizing [web] [workers]``: how many processes and threads the admin and the workers need.

It prints Markdown: requests a second, their 95th percentile and the CPU time of each, on PostgreSQL and Redis.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import count
from pathlib import Path
from statistics import quantiles

from PIL import Image

from infra.local.cloudfront import LocalCloudFront
from tests.deployment import Deployment
from tests.docs.editor import ACCOUNT, Editor
from tests.load.processes import cpu_seconds
from tests.machine import wait_until
from tests.redis_server import redis_broker
from tests.services import postgresql

EDITORS = 16
SECONDS = 6
JOBS = 24
WEB = ((1, 1), (1, 8), (2, 1), (2, 8), (4, 8))
WORKERS = (1, 2, 4)
_LIST = "/admin/imagehub/asset/"
_SETUP = f"""
from django.contrib.auth import get_user_model
get_user_model().objects.create_superuser({ACCOUNT["USERNAME"]!r}, {ACCOUNT["EMAIL"]!r}, {ACCOUNT["PASSWORD"]!r})
rows = [Asset(key=f"set/{{n}}.jpg", original=f"set/{{n}}.jpg", version="1f2e3d4c") for n in range(2000)]
Asset._base_manager.bulk_create(rows)
Preset.objects.create(name="square", width=300, height=300, fit="cover")
from tests.assets.images import image_file, make_asset
make_asset("warm/a.jpg", image_file(size=(1600, 1200)))
"""
_names = count()


@dataclass(frozen=True)
class Result:
    """Of one kind of request: how many a second, the 95th percentile in seconds, and CPU seconds of each."""

    rate: float
    p95: float
    cpu: float


def measure(pid: int, editors: list[Editor], work: Callable[[Editor], object], seconds: float = SECONDS) -> Result:
    """Let all ``editors`` do ``work`` again and again for ``seconds``."""
    before, end = cpu_seconds(pid), time.monotonic() + seconds

    def repeat(editor: Editor) -> list[float]:
        times = []
        while time.monotonic() < end:
            started = time.monotonic()
            work(editor)
            times.append(time.monotonic() - started)
        return times

    started = time.monotonic()
    with ThreadPoolExecutor(len(editors)) as pool:
        times = [each for found in pool.map(repeat, editors) for each in found]
    elapsed = time.monotonic() - started
    return Result(len(times) / elapsed, quantiles(times, n=20)[-1], (cpu_seconds(pid) - before) / len(times))


def photo() -> bytes:
    """A JPEG of 12 megapixels and about 3 MB."""
    noise = Image.effect_noise((1000, 750), 60).resize((4000, 3000))
    output = BytesIO()
    Image.merge("RGB", [noise] * 3).save(output, "JPEG", quality=85)
    return output.getvalue()


def web(deployment: Deployment) -> Iterator[str]:
    body = photo()
    yield f"| processes × threads | list/s | p95 ms | CPU ms | uploads/s ({len(body) / 1e6:.1f} MB) | p95 ms | CPU ms |"
    yield "|---|---|---|---|---|---|---|"
    for processes, threads in WEB:
        deployment.variables |= {"WEB_CONCURRENCY": str(processes), "WEB_THREADS": str(threads)}
        with deployment.web() as url:
            first = Editor(url)
            first.log_in()
            editors = [replace(first, cookies=dict(first.cookies)) for _ in range(EDITORS)]
            listed = measure(deployment.web_pid, editors, lambda editor: editor.get(_LIST))
            uploaded = measure(
                deployment.web_pid, editors[:4], lambda editor: editor.add_image(f"u{next(_names)}.jpg", body)
            )
        cells = [cell for each in (listed, uploaded) for cell in _cells(each)]
        yield f"| {processes} × {threads} | {' | '.join(cells)} |"


def _cells(result: Result) -> tuple[str, str, str]:
    return f"{result.rate:.1f}", f"{result.p95 * 1000:.0f}", f"{result.cpu * 1000:.0f}"


def workers(deployment: Deployment) -> Iterator[str]:
    yield f"| concurrency | purges/s ({JOBS}) | CPU ms | warmings/s ({JOBS}) | CPU ms |"
    yield "|---|---|---|---|---|"
    for concurrency in WORKERS:
        with deployment.worker(f"--concurrency={concurrency}") as process:
            cells = [_jobs(deployment, process.pid, kind) for kind in ("purge", "warming")]
        yield f"| {concurrency} | {' | '.join(cells)} |"


def _jobs(deployment: Deployment, pid: int, kind: str) -> str:
    ask = {
        "purge": "from assets.purge import request_purge\nfor n in range({0}): "
        "request_purge(f'set/{{n}}.jpg', reason='requested', action='delete_variants')",
        "warming": "from assets.warming import request_warming\nfor n in range({0}): "
        "request_warming(Asset.objects.filter(key='warm/a.jpg'))",
    }
    before, started = cpu_seconds(pid), time.monotonic()
    deployment.django("\n" + ask[kind].format(JOBS))
    opened = f"select count(*) from imagehub_{kind} where state in ('queued', 'running')"  # noqa: S608  # no input
    wait_until(lambda: deployment.query(opened) == [0], deployment.worker_log, 120)
    assert deployment.query(f"select count(*) from imagehub_{kind} where state = 'failed'") == [0]  # noqa: S608  # as above
    elapsed = time.monotonic() - started
    return f"{JOBS / elapsed:.1f} | {(cpu_seconds(pid) - before) / JOBS * 1000:.0f}"


def main() -> int:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "store").mkdir()
        database, broker = stack.enter_context(postgresql()), stack.enter_context(redis_broker())
        store = (folder / "store").as_uri()
        cdn = stack.enter_context(LocalCloudFront(store=store, data=folder / "cdn"))
        deployment = Deployment(folder, database, broker, cdn.url, cdn.distribution_id)
        deployment.collect_static_files()
        deployment.django(_SETUP)
        parts = {"web": web, "workers": workers}
        for part in [parts[name] for name in sys.argv[1:]] or parts.values():
            for line in part(deployment):
                print(line, flush=True)
            print(flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
