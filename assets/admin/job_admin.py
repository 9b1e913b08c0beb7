"""What purges and warmings share in the admin: lists and pages that follow a job, and a button to retry it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from assets.admin.display import admin_url, media, moment
from assets.admin.lists import ReadOnlyAdmin
from assets.jobs import lifecycle
from assets.models import Job

_VIEW_IMAGES = "imagehub.view_asset"
_CHANGE_IMAGES = "imagehub.change_asset"
#: The colours of the states, in base.css.
_TONES = {Job.State.QUEUED: "quiet", Job.State.RUNNING: "running", Job.State.DONE: "done", Job.State.FAILED: "failed"}


class JobAdmin(ReadOnlyAdmin):
    """Users who may view images may view their jobs; users who may change images may retry them."""

    actions = ("retry_selected",)
    change_form_template = "admin/imagehub/job/change_form.html"
    list_select_related = ("requested_by",)
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER

    @property
    def media(self) -> Media:
        return super().media + media("list", "job", js="job")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(_VIEW_IMAGES)

    def has_view_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return request.user.has_perm(_VIEW_IMAGES)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(_CHANGE_IMAGES)

    def get_urls(self) -> list[URLPattern]:
        name = f"imagehub_{self.opts.model_name}"
        own = [
            path("<int:pk>/state/", self.admin_site.admin_view(self.state_view), name=f"{name}_state"),
            path("<int:pk>/retry/", self.admin_site.admin_view(require_POST(self.retry_view)), name=f"{name}_retry"),
        ]
        return own + super().get_urls()

    def state_view(self, request: HttpRequest, pk: int) -> JsonResponse:
        """The job as JSON, for the script of its page."""
        return JsonResponse(self.describe(self._get_job(request, pk)))

    def retry_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self._get_job(request, pk)
        if not self.has_retry_permission(request):
            raise PermissionDenied
        if not lifecycle.requeue_failed(job):
            self.message_user(request, "Only failed jobs can be retried.", messages.WARNING)
        return HttpResponseRedirect(self._url("change", pk))

    @admin.action(permissions=["retry"], description="Retry failed jobs")
    def retry_selected(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        count = sum(lifecycle.requeue_failed(job) for job in chosen)
        if count:
            self.message_user(request, f"{count} will be retried.", messages.SUCCESS)
        else:
            self.message_user(request, "Only failed jobs can be retried. None of these had failed.", messages.WARNING)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        job = context["original"]
        context |= {
            "title": f"{str(self.opts.verbose_name).capitalize()} of {self.heading(job)}",
            "subtitle": None,
            "job": job,
            "described": self.describe(job),
            "facts": [*self.facts(job), *_common_facts(job)],
            "state_url": self._url("state", job.pk),
            "retry_url": self._url("retry", job.pk),
            "may_retry": self.has_retry_permission(request),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def describe(self, job: Any) -> dict[str, Any]:
        """What changes while the job runs."""
        return {
            "state": job.state,
            "tone": _TONES[job.state],
            "label": job.get_state_display(),
            "open": job.state in lifecycle.OPEN,
            "error": job.error,
            "text": self.progress_text(job),
        }

    # Each kind of job defines the next three. They are not abstract, because `ModelAdmin` has a metaclass of its own.

    def heading(self, job: Any) -> str:
        """What the job works on."""
        raise NotImplementedError

    def progress_text(self, job: Any) -> str:
        raise NotImplementedError

    def facts(self, job: Any) -> list[tuple[str, object]]:
        """What stays the same while the job runs, each with a label."""
        raise NotImplementedError

    @admin.display(description="Requested", ordering="created_at")
    def requested(self, job: Any) -> SafeString:
        by = f"by {job.requested_by}" if job.requested_by else ""
        text = '<span class="imagehub-nowrap">{}</span> <span class="imagehub-second-line">{}</span>'
        return format_html(text, moment(job.created_at), by)

    @admin.display(description="State", ordering="state")
    def badge(self, job: Any) -> SafeString:
        text = '<span class="imagehub-badge" data-tone="{}">{}</span>'
        return format_html(text, _TONES[job.state], job.get_state_display())

    def _get_job(self, request: HttpRequest, pk: int) -> Job:
        if not self.has_view_permission(request):
            raise PermissionDenied
        job: Job | None = self.get_queryset(request).filter(pk=pk).first()
        if job is None:
            raise Http404
        return job

    def _url(self, view: str, pk: int) -> str:
        return admin_url(self.admin_site, str(self.opts.model_name), view, pk)


def _common_facts(job: Job) -> list[tuple[str, object]]:
    return [
        ("Requested by", job.requested_by),
        ("Requested at", moment(job.created_at)),
        ("Finished at", moment(job.finished_at)),
        ("Attempts", job.attempts),
        *([("Request", job.request_id)] if job.request_id else []),
    ]
