"""What the admins of collections and tags share: their names, and the images that have them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from assets.admin.display import admin_url, day, media
from assets.admin.returning import ReturningAdmin
from assets.counts import count_images
from assets.models import KEPT, VISIBLE, Asset
from assets.models.named import fold

_MAX_SHOWN = 12


class NamedAdmin(ReturningAdmin):
    """A list of names with their numbers of images, each a link to those images."""

    change_form_template = "imagehub/admin/named_change_form.html"
    list_select_related = ("updated_by",)
    list_per_page = 50
    search_fields = ("name",)
    search_help_text = "Search names"
    #: The parameter of the list of images for a row of this admin, and the field of an image.
    parameter, field = "", ""

    @property
    def media(self) -> Media:
        return super().media + media("list", "form")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Counted in a subquery: the database counts for the rows of the page only."""
        through = self.images_of(OuterRef("pk")).order_by().values(self.field)
        count = Subquery(through.annotate(number=Count("pk")).values("number"), output_field=IntegerField())
        return super().get_queryset(request).annotate(number=Coalesce(count, 0))  # type: ignore[no-any-return]  # rows with one more

    def get_search_results(self, _request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        folded = fold(search_term)
        return (queryset.filter(folded__contains=folded) if folded else queryset), False

    def images_of(self, pk: Any) -> QuerySet[Any]:
        """The images of the row with that primary key, as the list of images has them: not those in the trash."""
        return Asset.objects.filter(KEPT, **{self.field: pk})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context["original"]
        if row:
            shown = self.images_of(row.pk).filter(VISIBLE)[:_MAX_SHOWN]
            images = [(asset, admin_url(self.admin_site, "asset", "change", asset.pk)) for asset in shown]
            context |= {"images": images, "number": row.number, "images_url": self.images_url(row)}
        return super().render_change_form(request, context, *args, **kwargs)

    def images_url(self, row: Any) -> str:
        """The list of the row's images; empty if this site has none."""
        url = admin_url(self.admin_site, "asset", "changelist")
        return f"{url}?{self.parameter}={row.pk}" if url else ""

    @admin.display(description="Images", ordering="number")
    def images(self, row: Any) -> SafeString | str:
        text = count_images(row.number)
        url = self.images_url(row)
        return format_html('<a href="{}">{}</a>', url, text) if url and row.number else text

    @admin.display(description="Changed", ordering="updated_at")
    def changed(self, row: Any) -> SafeString:
        by = f"by {row.updated_by}" if row.updated_by else ""
        text = '<span class="imagehub-nowrap">{}</span> <span class="imagehub-second-line">{}</span>'
        return format_html(text, day(row.updated_at), by)
