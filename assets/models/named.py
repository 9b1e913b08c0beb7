"""Rows that editors find by their names, which are unique whatever the case of their letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, router, transaction

from assets.fields import ExactCharField, to_nfc
from assets.models.guarded import GuardedQuerySet
from assets.models.rows import locked, primary

MAX_NAME = 50
#: Characters that would hide or reorder the text around them: controls, surrogates, separators of lines.
_BANNED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_BANNED = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def tidy(name: str) -> str:
    """``name`` in NFC, without spaces at its ends, and with one space between its words."""
    return to_nfc(" ".join(name.split()))


def fold(name: str) -> str:
    """What is equal for two names that differ only in case, spaces, or how their accents are typed."""
    return to_nfc(tidy(name).casefold())


def by_fold(names: Iterable[str]) -> dict[str, str]:
    """Each name by what `fold` makes of it; of several spellings the first."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(fold(name), name)
    return found


def split_names(text: str) -> list[str]:
    """The names in ``text``, which commas separate, each once."""
    return list(by_fold(tidy(each) for each in text.split(",") if tidy(each)).values())


def join_names(names: Iterable[str]) -> str:
    """One text for one set of names, whatever their order."""
    return ", ".join(sorted(by_fold(names).values(), key=fold))


class NamedRow(models.Model):
    """A row with a unique name. The database compares ``folded``, the same everywhere: see `ExactCharField`."""

    name = models.CharField(max_length=MAX_NAME)
    # One letter may become three: https://www.unicode.org/Public/UNIDATA/CaseFolding.txt
    folded = ExactCharField(max_length=3 * MAX_NAME, unique=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = models.Manager.from_queryset(GuardedQuerySet)()
    only_by_save = frozenset({"name", "folded"})
    read_by_tags = ("name",)
    save_does = "checking its name"
    #: Characters that names of this model must not have.
    reserved: ClassVar[str] = ""

    class Meta:
        abstract = True
        ordering = ("folded",)

    def __str__(self) -> str:
        return self.name

    def save(self, **options: Any) -> None:
        """Raises `ValidationError` if the name is not accepted, and `IntegrityError` if another row has it."""
        using = options.get("using") or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using):
            locked(self, using)  # an editor's form is compared with what the row is now
            self.name = self.check_name(self.name)
            self.folded = fold(self.name)
            fields = options.get("update_fields")
            if fields is not None and "name" in fields:
                options["update_fields"] = {*fields, "folded"}
            super().save(**{**options, "using": using})

    def clean(self) -> None:
        """Raises `ValidationError` if the name is not accepted, or another row has it."""
        try:
            self.name = self.check_name(self.name)
        except ValidationError as error:
            raise ValidationError({"name": error}) from error
        other = primary(type(self)).filter(folded=fold(self.name)).exclude(pk=self.pk).first()
        if other:
            message = f"There is a {self._meta.verbose_name} {other.name} already."
            raise ValidationError({"name": ValidationError(message, code="unique")})

    @classmethod
    def check_name(cls, name: str) -> str:
        """The name as it is stored. Raises `ValidationError` if it is not accepted."""
        found = tidy(name)
        if not found:
            raise ValidationError(f"A {cls._meta.verbose_name} needs a name.", code="required")
        if len(found) > MAX_NAME:
            raise ValidationError(f"“{found[:20]}…” is too long: use at most {MAX_NAME} characters.", code="max_length")
        if banned := [char for char in found if char in cls.reserved or _is_banned(char)]:
            shown = f"“{banned[0]}”" if banned[0].isprintable() else f"the character U+{ord(banned[0]):04X}"
            raise ValidationError(f"A {cls._meta.verbose_name} cannot contain {shown}.", code="banned")
        return found


def _is_banned(char: str) -> bool:
    return char in _BANNED or unicodedata.category(char) in _BANNED_CATEGORIES
