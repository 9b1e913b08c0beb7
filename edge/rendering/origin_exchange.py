"""What was requested from the bucket, and how S3 answered: what a reply of ours takes the place of."""

from __future__ import annotations

from dataclasses import dataclass

from edge.contract.url_path import decode_path
from edge.contract.variant_key import ANY_VERSION, VariantKey
from edge.rendering.variant_reply import MAX_BODY


@dataclass(frozen=True, slots=True)
class OriginExchange:
    """What CloudFront requested from S3, and the status and ``Date`` of S3's answer.

    ``status`` is `None` if nobody has asked S3 yet. ``query`` is that of the visitor's URL as it was verified, if it is
    known.
    """

    uri: str
    method: str
    status: int | None
    date: str = ""
    query: str | None = None
    #: The most bytes of an image that the kind of reply can hold.
    limit: int = MAX_BODY

    @property
    def found(self) -> bool:
        """Whether S3 has the object; a 416 is its answer to a bad range."""
        return self.status is not None and (self.status < 400 or self.status == 416)

    @property
    def max_body(self) -> int:
        """The most bytes of an image that this reply can hold."""
        return 0 if self.method == "HEAD" else self.limit

    def fits(self, size: int) -> bool:
        """Whether an image of ``size`` bytes can be replied to this request, to HEAD without its body."""
        return self.method == "HEAD" or size <= self.limit

    def variant_key(self) -> VariantKey:
        """The variant that the path names. Raises `BadRequest`.

        The CloudFront Function cannot normalise a key that is not in NFC. Such a path is an alias, whatever version it
        names: nothing is ever stored under it, so that S3 does not have it says nothing.
        """
        path = decode_path(self.uri.removeprefix("/"))
        key = VariantKey.parse(path)
        return key if str(key) == path else VariantKey(key.key, ANY_VERSION, key.rev, key.slug, key.format_class)
