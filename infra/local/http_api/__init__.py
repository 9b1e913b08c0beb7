"""The HTTP API of infra/api.yaml on one machine: its routes, its authorizer and its limits, before `edge.gateway`."""

from __future__ import annotations

from infra.local.http_api.process import LocalHttpApi

__all__ = ["LocalHttpApi"]
