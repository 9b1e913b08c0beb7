"""What a shared bucket needs, merged with what others have in it."""

from __future__ import annotations

from infra.deploy.bucket_rules import PREFIXES, Item, Needs, describe, merge

NEEDS = Needs("shop-eu", "media", "arn:aws:cloudfront::1:distribution/E1", "https://admin.example", 90)


def test_cloudfront_reads_variants_of_this_distribution_only() -> None:
    allow, deny = NEEDS.statements()
    assert allow["Sid"] == "imagehubShopeuCloudFrontReadsVariants"
    assert allow["Resource"] == "arn:aws:s3:::media/variants/*"
    assert allow["Condition"] == {"StringEquals": {"AWS:SourceArn": NEEDS.distribution}}
    assert deny["Effect"] == "Deny"
    assert deny["Resource"] == [f"arn:aws:s3:::media/{prefix}/*" for prefix in PREFIXES]


def test_rules_concern_imagehubs_objects_only() -> None:
    prefixes = {rule["Filter"]["Prefix"]: rule["Expiration"]["Days"] for rule in NEEDS.lifecycle_rules()}
    assert prefixes == {"incoming/": 1, "failures/": 1, "variants/": 90}
    assert [rule["AllowedOrigins"] for rule in NEEDS.cors_rules()] == [["https://admin.example"]]
    assert Needs("s", "b", "d").cors_rules() == []


def test_every_name_is_known_so_that_it_can_be_removed() -> None:
    given = [*NEEDS.statements(), *NEEDS.lifecycle_rules(), *NEEDS.cors_rules()]
    assert {each.get("Sid") or each["ID"] for each in given} <= NEEDS.names
    assert all(each["Sid"].isalnum() for each in NEEDS.statements())
    assert not NEEDS.names & Needs("shop", "media", "").names


def test_rules_of_others_keep_their_place_and_ours_are_replaced() -> None:
    own, other, unnamed = {"ID": "own", "days": 1}, {"ID": "other"}, {"days": 3}
    merged = merge([other, own, unnamed], [{"ID": "own", "days": 2}, {"ID": "new"}], "ID", {"own", "new", "gone"})
    assert merged == [other, {"ID": "own", "days": 2}, unnamed, {"ID": "new"}]
    assert merge([own, other, {"ID": "gone"}], [], "ID", {"own", "gone"}) == [other]


def test_changes_are_said_in_words() -> None:
    before: list[Item] = [{"ID": "a", "v": [1]}, {"ID": "b", "v": 1}, {"ID": "c"}, {"v": 3}]
    after: list[Item] = [{"ID": "a", "v": 1}, {"ID": "b", "v": 2}, {"ID": "d"}, {"v": 3}]
    assert describe(before, after, "ID", "rule") == ["remove the rule c", "replace the rule b", "add the rule d"]
