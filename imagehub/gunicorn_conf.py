"""How gunicorn runs the project: ``gunicorn --config python:imagehub.gunicorn_conf imagehub.wsgi``."""

from __future__ import annotations

from pathlib import Path

import environ

from imagehub.env_file import load_env_file
from imagehub.logs import default_format, logging_config
from imagehub.metrics import share_between_processes

env = environ.Env()
load_env_file(env("IMAGEHUB_ENV_FILE", default=""))

bind = env("BIND", default="127.0.0.1:8000")
# docs/production.md#how-many-processes has the measurement.
workers = env.int("WEB_CONCURRENCY", default=2)
threads = env.int("WEB_THREADS", default=8)
worker_class = "gthread"
# A worker whose threads all wait for S3 is not stuck, and an upload is decoded within half a minute.
timeout = 60
# Longer than nginx keeps idle connections, or nginx would send a request into one that is just being closed.
keepalive = 75
# Where a container's file system is read-only, this is not: https://docs.gunicorn.org/en/stable/faq.html
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # gunicorn's file has no name there
control_socket_disable = True
if env("METRICS_TOKEN", default=""):
    share_between_processes()
logconfig_dict = logging_config(
    env("LOG_FORMAT", default=default_format(env.bool("DEBUG", default=False))), env("LOG_LEVEL", default="INFO")
)
