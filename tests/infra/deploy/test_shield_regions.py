"""Where variants are rendered for a bucket of any region."""

from __future__ import annotations

import boto3

from infra.deploy.shield_regions import NEAREST, SHIELD_REGIONS, shield_region


def test_every_region_has_origin_shield_or_another_one_near_it() -> None:
    known = set(boto3.Session().get_available_regions("s3"))
    assert known - SHIELD_REGIONS - NEAREST.keys() <= {"us-gov-east-1", "us-gov-west-1"}
    assert set(NEAREST.values()) <= SHIELD_REGIONS
    assert not SHIELD_REGIONS & NEAREST.keys()


def test_the_region_of_a_bucket_is_its_own_if_it_has_origin_shield() -> None:
    regions = {region: shield_region(region) for region in ("eu-west-1", "eu-north-1", "moon-1")}
    assert regions == {"eu-west-1": "eu-west-1", "eu-north-1": "eu-west-2", "moon-1": "us-east-1"}
