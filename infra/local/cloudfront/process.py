"""The local CloudFront as a child process."""

from __future__ import annotations

from pathlib import Path

from infra.local.server_process import ServerProcess

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


class LocalCloudFront(ServerProcess):
    """A context manager that runs the server on a free port; ``url`` says where.

    ``store`` is a location that `edge.storage.objects.location` reads, ``data`` a directory, ``options`` are further
    arguments of ``python -m infra.local.cloudfront``. Raises `RuntimeError` with the server's own error message if it
    does not start.
    """

    url: str
    distribution_id: str

    def __init__(self, *, store: str, data: Path, template: Path = TEMPLATE, options: tuple[str, ...] = ()) -> None:
        self.store = store
        super().__init__("infra.local.cloudfront", data, f"--template={template}", f"--store={store}", *options)

    def read_greeting(self, words: list[str]) -> None:
        """See `ServerProcess`."""
        _, _, _, self.url, _, self.distribution_id = words
