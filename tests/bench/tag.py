"""The template tag's function, compared with what a project without imagehub would call."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from types import SimpleNamespace

from tests.bench.project import project
from tests.bench.timing import Row, in_turn

_PHOTOS = 100


def rows() -> Iterator[Row]:
    with project():
        yield from _rows()


def _rows() -> Iterator[Row]:
    from storages.backends.s3 import S3Storage

    from assets.links import img_url

    photos = cycle(
        [SimpleNamespace(key="photos/beach at noon.jpg", version=f"{number:08x}") for number in range(10_000)]
    )
    photo = next(photos)
    bucket = S3Storage(bucket_name="pictures", access_key="a", secret_key="b", region_name="eu-west-1")
    peer = "django-storages' url() of an object in S3, signed"
    for what, width in (("img_url(photo, 300)", 300), ("img_url(photo, 333), signed for the first time", 333)):
        ours, theirs = in_turn(lambda: img_url(next(photos), width), lambda: bucket.url(photo.key), 10, 500)  # noqa: B023
        yield Row(what, ours, 20e-6, peer, theirs)
    yield _page()


def _page() -> Row:
    """The tag's cost in a page of many photos."""
    from django.template import Context, Template

    photos = [SimpleNamespace(key=f"photos/beach {number}.jpg", version="0123abcd") for number in range(_PHOTOS)]
    context = Context({"photos": photos})
    loop = "{{% load imagehub %}}{{% for photo in photos %}}<img src='{}'>{{% endfor %}}"
    page, plain = Template(loop.format("{% img_url photo 333 %}")), Template(loop.format(""))
    ours, theirs = in_turn(lambda: page.render(context), lambda: plain.render(context), 20, 10)
    what = f"{{% img_url photo 333 %}}, signed, for each of {_PHOTOS} photos of a page rendered again"
    return Row(what, (ours - theirs) / _PHOTOS, 12e-6, "the page without the tag, for each photo", theirs / _PHOTOS)
