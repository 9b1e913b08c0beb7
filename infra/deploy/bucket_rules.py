"""What a bucket that others use too needs for imagehub: statements of its policy, lifecycle rules and CORS rules.

Each has a name of its own (`Needs.names`), by which it is found again, replaced and removed. All others stay.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Item = Mapping[str, Any]
#: Everything that imagehub stores.
PREFIXES = ("config", "failures", "incoming", "levels", "originals", "variants")


@dataclass(frozen=True)
class Needs:
    """What the rules depend on. ``distribution`` is an ARN; without ``admin_origin``, browsers upload nothing."""

    stack: str
    bucket: str
    distribution: str
    admin_origin: str = ""
    variant_days: int = 0

    @property
    def names(self) -> frozenset[str]:
        """All names that this stack ever gives a rule."""
        ids = (f"{self._name}-expire-{prefix}" for prefix in PREFIXES)
        sids = (f"{self._name}{what}" for what in ("CloudFrontReadsVariants", "DenyWithoutTls"))
        return frozenset({*ids, *sids, f"{self._name}-uploads"})

    @property
    def _name(self) -> str:
        """How these names begin. A Sid of a policy has letters and digits only.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
        """
        return f"imagehub{re.sub('[^A-Za-z0-9]', '', self.stack).capitalize()}"

    def statements(self) -> list[Item]:
        arn = f"arn:aws:s3:::{self.bucket}"
        return [
            {
                "Sid": f"{self._name}CloudFrontReadsVariants",
                "Effect": "Allow",
                "Principal": {"Service": "cloudfront.amazonaws.com"},
                "Action": "s3:GetObject",
                "Resource": f"{arn}/variants/*",
                "Condition": {"StringEquals": {"AWS:SourceArn": self.distribution}},
            },
            # For imagehub's objects only: others may have reasons to read theirs without TLS.
            {
                "Sid": f"{self._name}DenyWithoutTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [f"{arn}/{prefix}/*" for prefix in PREFIXES],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ]

    def lifecycle_rules(self) -> list[Item]:
        days = {"incoming": 1, "failures": 1} | ({"variants": self.variant_days} if self.variant_days else {})
        return [
            {
                "ID": f"{self._name}-expire-{prefix}",
                "Status": "Enabled",
                "Filter": {"Prefix": f"{prefix}/"},
                "Expiration": {"Days": number},
            }
            for prefix, number in days.items()
        ]

    def cors_rules(self) -> list[Item]:
        if not self.admin_origin:
            return []
        rule = {"ID": f"{self._name}-uploads", "AllowedOrigins": [self.admin_origin], "AllowedMethods": ["POST"]}
        return [rule | {"AllowedHeaders": ["*"], "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 3600}]


def merge(present: Sequence[Item], wanted: Sequence[Item], key: str, own: Collection[str]) -> list[Item]:
    """Return ``present`` with those replaced by ``wanted`` whose name, under ``key``, is in ``own``."""
    missing = {each[key]: each for each in wanted}
    merged: list[Item] = []
    for each in present:
        if each.get(key) not in own:
            merged.append(each)
        elif new := missing.pop(each[key], None):
            merged.append(new)
    return [*merged, *missing.values()]


def describe(before: Sequence[Item], after: Sequence[Item], key: str, what: str) -> list[str]:
    """Return a line for each item that is added, replaced or removed."""
    old, new = ({each[key]: each for each in items if key in each} for items in (before, after))
    removed = [f"remove the {what} {name}" for name in old if name not in new]
    added = [f"add the {what} {name}" for name in new if name not in old]
    changed = [name for name in new if name in old and _plain(new[name]) != _plain(old[name])]
    return [*removed, *(f"replace the {what} {name}" for name in changed), *added]


def _plain(value: Any) -> Any:
    """The value with lists of one element as that element, since S3 may return either."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return _plain(value[0]) if len(value) == 1 else [_plain(each) for each in value]
    return value
