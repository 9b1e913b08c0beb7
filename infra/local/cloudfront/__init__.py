"""CloudFront on one machine: the template's behaviours, TTLs and functions, a disk cache, the invalidation API."""

from __future__ import annotations

from infra.local.cloudfront.process import LocalCloudFront

__all__ = ["LocalCloudFront"]
