"""What purges and warmings have in common in the admin: to be looked at, and tried again where they failed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Media, Script
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from assets.jobs import lifecycle
from assets.models import Job

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin

LOOKS = "imagehub.view_asset"
DOES = "imagehub.change_asset"


def _may(request: HttpRequest, permission: str) -> bool:
    return request.user.has_perm(permission)


class JobAdmin(_ModelAdmin):
    """Who may see pictures may see what is done for them; who may change them may have it done again."""

    #: What a list without any rows says.
    empty = ""
    actions = ("try_again",)
    change_form_template = "admin/imagehub/jobs/job.html"
    list_select_related = ("requested_by",)
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER

    @property
    def media(self) -> Media:
        return Media(css={"all": ["imagehub/jobs.css"]}, js=[Script("imagehub/jobs.js", type="module")])  # type: ignore[list-item]  # the stubs know no Script

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _may(request, LOOKS)

    def has_view_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return _may(request, LOOKS)

    def has_again_permission(self, request: HttpRequest) -> bool:
        return _may(request, DOES)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def get_action_choices(self, request: HttpRequest, *_: Any) -> list[tuple[str, str]]:
        return super().get_action_choices(request, [("", "Choose an action")])

    def get_urls(self) -> list[URLPattern]:
        name = f"imagehub_{self.opts.model_name}"
        own = [
            path("<int:pk>/state/", self.admin_site.admin_view(self.state_view), name=f"{name}_state"),
            path("<int:pk>/again/", self.admin_site.admin_view(require_POST(self.again_view)), name=f"{name}_again"),
        ]
        return own + super().get_urls()

    def state_view(self, request: HttpRequest, pk: int) -> JsonResponse:
        """What the job's page shows, for its script."""
        return JsonResponse(self.describe(self._job(request, pk)))

    def again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self._job(request, pk)
        if not self.has_again_permission(request):
            raise PermissionDenied
        if not lifecycle.requeue_failed(job):
            self.message_user(request, "It had not failed, so it was left alone.", messages.WARNING)
        return HttpResponseRedirect(reverse(f"admin:imagehub_{self.opts.model_name}_change", args=[pk]))

    @admin.action(permissions=["again"], description="Try again what failed")
    def try_again(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        count = sum(lifecycle.requeue_failed(job) for job in chosen)
        if count:
            self.message_user(request, f"{count} will be tried again.", messages.SUCCESS)
        else:
            self.message_user(request, "None of these had failed.", messages.WARNING)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = str(self.opts.verbose_name_plural).capitalize()
        return super().changelist_view(request, {"title": title, "empty": self.empty, **(extra_context or {})})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        job = context["original"]
        name = f"admin:imagehub_{self.opts.model_name}"
        context |= {
            "title": f"{str(self.opts.verbose_name).capitalize()} of {self.heading(job)}",
            "subtitle": None,
            "heading": self.heading(job),
            "job": job,
            "described": self.describe(job),
            "facts": [*self.facts(job), *_common_facts(job)],
            "state_url": reverse(f"{name}_state", args=[job.pk]),
            "again_url": reverse(f"{name}_again", args=[job.pk]),
            "may_try_again": self.has_again_permission(request),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def describe(self, job: Any) -> dict[str, Any]:
        """The job as JSON: what changes while it runs."""
        return {
            "state": job.state,
            "label": job.get_state_display(),
            "open": job.state in lifecycle.OPEN,
            "error": job.error,
            "text": self.progress_text(job),
        }

    def heading(self, job: Any) -> str:
        """What the job is for."""
        raise NotImplementedError

    def progress_text(self, job: Any) -> str:
        raise NotImplementedError

    def facts(self, job: Any) -> list[tuple[str, object]]:
        """What does not change, by its label."""
        raise NotImplementedError

    def _job(self, request: HttpRequest, pk: int) -> Job:
        if not self.has_view_permission(request):
            raise PermissionDenied
        job: Job | None = self.get_queryset(request).filter(pk=pk).first()
        if job is None:
            raise Http404
        return job

    @admin.display(description="When", ordering="created_at")
    def asked(self, job: Any) -> SafeString:
        by = f"by {job.requested_by}" if job.requested_by else ""
        return format_html("{} <span>{}</span>", _moment(job.created_at), by)

    @admin.display(description="State", ordering="state")
    def badge(self, job: Any) -> SafeString:
        return format_html('<span class="state" data-state="{}">{}</span>', job.state, job.get_state_display())


def _common_facts(job: Job) -> list[tuple[str, object]]:
    return [
        ("Asked for by", job.requested_by),
        ("Asked for at", _moment(job.created_at)),
        ("Ended at", _moment(job.finished_at)),
        ("Attempts", job.attempts),
    ]


def _moment(when: datetime | None) -> str:
    return date_format(localtime(when), "j M Y, H:i T") if when else ""
