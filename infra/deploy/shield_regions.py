"""The region of Origin Shield for a bucket: its own, or the one that AWS recommends for it.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html#choose-origin-shield-region
"""

from __future__ import annotations

SHIELD_REGIONS = frozenset(
    {
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "eu-central-1",
        "eu-west-1",
        "eu-west-2",
        "me-central-1",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-2",
    }
)
#: For regions without one. Those below the line are not in AWS's table; they are the nearest.
NEAREST = {
    "us-west-1": "us-west-2",
    "af-south-1": "eu-west-1",
    "ap-east-1": "ap-southeast-1",
    "ca-central-1": "us-east-1",
    "eu-south-1": "eu-central-1",
    "eu-west-3": "eu-west-2",
    "eu-north-1": "eu-west-2",
    "me-south-1": "ap-south-1",
    # ---
    "ap-northeast-3": "ap-northeast-1",
    "ap-southeast-3": "ap-southeast-1",
    "ap-southeast-4": "ap-southeast-2",
    "ap-southeast-5": "ap-southeast-1",
    "ap-southeast-6": "ap-southeast-2",
    "ap-southeast-7": "ap-southeast-1",
    "ap-south-2": "ap-south-1",
    "ap-east-2": "ap-northeast-1",
    "ca-west-1": "us-west-2",
    "eu-central-2": "eu-central-1",
    "eu-south-2": "eu-west-1",
    "il-central-1": "eu-central-1",
    "mx-central-1": "us-east-2",
}


def shield_region(bucket_region: str) -> str:
    """Return the region of Origin Shield, which is where variants are rendered; us-east-1 if none is known."""
    return bucket_region if bucket_region in SHIELD_REGIONS else NEAREST.get(bucket_region, "us-east-1")
