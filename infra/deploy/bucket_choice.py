"""Which bucket a deployment uses: the stack's own, or one that others use too, in any region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.deploy.aws import REGION, Aws
from infra.deploy.bucket_rules import Needs
from infra.deploy.code_bucket import MAX_NAME, bucket_region
from infra.deploy.env_file import read_env
from infra.deploy.messages import DeployError
from infra.deploy.shield_regions import shield_region
from infra.deploy.stack import StackState, find_stack


@dataclass(frozen=True)
class BucketChoice:
    """``is_shared`` if others use it too; ``exists`` before the deployment."""

    name: str
    region: str
    is_shared: bool
    exists: bool

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is the stack's own, in another region than the stack."""
        return not self.is_shared and self.region != REGION

    @property
    def is_merged(self) -> bool:
        """Whether its policy is not in the stack, so that it is merged."""
        return self.is_shared or self.is_elsewhere

    @property
    def parameters(self) -> dict[str, str]:
        """The template's parameters that say so."""
        return {
            "BucketName": self.name,
            "ExistingBucket": "yes" if self.is_merged else "no",
            "BucketRegion": self.region,
            "ShieldRegion": shield_region(self.region),
        }

    def needs(self, stack: str, account: str, distribution: str, values: Mapping[str, str]) -> Needs:
        """Return what the rules of a shared bucket depend on; ``values`` are the stack's parameters."""
        arn = f"arn:aws:cloudfront::{account}:distribution/{distribution}"
        return Needs(stack, self.name, arn, values.get("AdminOrigin", ""), int(values.get("VariantDays", "0")))


def choose_bucket(
    aws: Aws, given: Mapping[str, str], name: str, account: str, stack: StackState | None
) -> BucketChoice:
    """Choose as the parameters ``given`` say, else as ``stack`` has it. Raises `DeployError` if that is impossible."""
    before = stack.parameters if stack else {}
    kept = stack.outputs.get("BucketName", "") if stack else ""
    bucket = given.get("BucketName") or kept or f"{name}-images-{account}".lower()
    if len(bucket) > MAX_NAME:
        raise DeployError(
            f"{bucket} has more than {MAX_NAME} characters, so it cannot name a bucket. Add BucketName=…."
        )
    place = given.get("BucketRegion") or before.get("BucketRegion", REGION)
    merged = (given.get("ExistingBucket") or before.get("ExistingBucket", "no")) == "yes"
    is_shared = merged and not ("ExistingBucket" not in given and owns_bucket(place, name))
    region = bucket_region(aws.s3, bucket)
    if is_shared and region is None:
        raise DeployError(
            f"There is no bucket {bucket}, but ExistingBucket=yes says so. "
            "Check its name, or add ExistingBucket=no to have it created."
        )
    if is_shared and "BucketRegion" in given and region != place:
        raise DeployError(f"The bucket {bucket} is in {region}, not in {place}. Leave BucketRegion out.")
    if not is_shared and region not in (None, place):
        raise DeployError(
            f"The bucket {bucket} is in {region}, but the stack would have it in {place}. Name another bucket, or add "
            f"BucketRegion={region} if it is this stack's alone, or ExistingBucket=yes if others use it too."
        )
    return BucketChoice(bucket, region or place, is_shared, region is not None)


def owns_bucket(region: str, stack: str) -> bool:
    """Whether the stack has a part in this other region that has the bucket."""
    found = find_stack(Aws(region), stack) if region != REGION else None
    return found is not None and found.is_deployed and found.parameters.get("ExistingBucket") == "no"


def require_same_owner(stack: StackState | None, bucket: BucketChoice) -> None:
    """Raises `DeployError` if the stack would silently stop to own its bucket, or begin to."""
    was_shared = stack.parameters.get("ExistingBucket") == "yes" if stack else bucket.is_merged
    if stack and was_shared and not bucket.is_merged:
        raise DeployError(
            f"The stack {stack.name} uses the bucket {bucket.name}, which is not its own, and would create it. "
            "Leave ExistingBucket as it is."
        )
    if stack and bucket.is_merged and not was_shared:
        raise DeployError(
            f"The stack {stack.name} has a bucket of its own, and would give it up. The bucket stays with its images, "
            "without most of its settings being looked after. Leave ExistingBucket as it is, or add --switch-bucket."
        )


def require_same_bucket(aws: Aws, stack: StackState | None, name: str, env_file: Path, after: str) -> None:
    """Raises `DeployError` if the stack, or Django, which reads the env file, would silently get another bucket."""
    in_stack = stack.outputs.get("BucketName", "") if stack else ""
    for owner, before in ((f"The stack {name} has", in_stack), (f"{env_file} names", _named(env_file))):
        if before and before != after and bucket_region(aws.s3, before) is not None:
            keep = f"Use the stack of that bucket, or add BucketName={before} to keep it"
            raise DeployError(
                f"{owner} the bucket {before}, which exists, but the stack {name} would have {after}: all images would "
                f"be missing. {keep}, or copy the objects and add --switch-bucket."
            )


def _named(env_file: Path) -> str:
    return read_env(env_file).get("IMAGEHUB_BUCKET", "")
