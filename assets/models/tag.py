"""Tags: words by which editors find images."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, router, transaction

from assets.models.named import NamedRow, fold
from assets.models.rows import primary


class Tag(NamedRow):
    """A word by which editors find images. Forms separate tags by commas, so none contains one."""

    reserved = ","

    class Meta(NamedRow.Meta):
        pass

    @classmethod
    def known(cls, names: Iterable[str]) -> dict[str, Tag]:
        """The tags that exist of those names, by what `fold` makes of them."""
        rows = primary(cls).filter(folded__in={fold(name) for name in names})
        return {row.folded: row for row in rows}

    @classmethod
    def obtain(cls, name: str) -> Tag:
        """The tag of that name, which is created if there is none. Raises `ValidationError` if it is not accepted."""
        using = router.db_for_write(cls)
        if found := primary(cls, using).filter(folded=fold(name)).first():
            return found
        try:
            with transaction.atomic(using):
                created = cls(name=name)
                created.save(using=using)
                return created
        except IntegrityError:  # another request was faster
            return primary(cls, using).get(folded=fold(name))
