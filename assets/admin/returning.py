"""A form that cannot be accepted, since the session has ended or the CSRF token has changed, comes back filled in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.middleware.csrf import CsrfViewMiddleware, RejectRequest
from django.urls import URLPattern, reverse

from assets import drafts
from assets.admin.editing import EditingAdmin

View = Callable[..., HttpResponse]

_DRAFT = "imagehub.draft"
_ENDED = "Your session has ended. Log in, and the form comes back as you filled it in. Nothing is saved yet."
_CHANGED = "You have logged in since you opened this form. Nothing is saved yet: check it and save it again."
_BACK = "This is the form as you filled it in. Nothing is saved yet."


class ReturningAdmin(EditingAdmin):
    """Keeps what was typed into a form whose request is refused, and shows it again.

    The form's views are exempt from the CSRF middleware, which would refuse a request before this class sees it. They
    are protected all the same: `AdminSite.admin_view` and `changeform_view` have the same check.
    """

    def get_urls(self) -> list[URLPattern]:
        urls = super().get_urls()
        forms = {f"imagehub_{self.opts.model_name}_{view}" for view in ("add", "change")}
        for url in urls:
            if url.name in forms:
                url.callback = self._returning(url.callback)
        return urls

    def prepare(self, request: HttpRequest) -> None:
        """Called before anything reads the body of a form."""

    def keep_files(self, request: HttpRequest, user_id: object) -> dict[str, str]:
        """Keep the request's files. Returns the inputs that name them when the form comes back."""
        del request, user_id
        return {}

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, *args, **kwargs)
        if request.method == "GET":
            form.draft = self._take_draft(request)
        return form

    def _take_draft(self, request: HttpRequest) -> QueryDict | None:
        """Taken once in a request: an admin without fieldsets makes a first form only to learn its fields."""
        if _DRAFT not in request.META:
            request.META[_DRAFT] = drafts.take(request.session, request.path, request.user.pk)
            if request.META[_DRAFT]:
                self.message_user(request, _BACK, messages.WARNING)
        draft: QueryDict | None = request.META[_DRAFT]
        return draft

    def _returning(self, view: View) -> View:
        @wraps(view)
        def form_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and (answer := self._refuse_kindly(request)):
                return answer
            response = view(request, *args, **kwargs)
            if request.method == "GET" and self.admin_site.has_permission(request):
                drafts.remember(request, response)
            return response

        form_view.csrf_exempt = True  # type: ignore[attr-defined]
        return form_view

    def _refuse_kindly(self, request: HttpRequest) -> HttpResponse | None:
        """The answer to a form that cannot be accepted, after it was kept. None for any other request."""
        editor, ended = drafts.editor_of(request), request.user.is_anonymous
        if (ended and not _may_log_in(editor)) or not _is_from_here(request):
            return None  # whose file would not be read either
        self.prepare(request)
        if not ended and (editor != str(request.user.pk) or _has_csrf_token(request)):
            return None
        data = request.POST.copy()
        for name, value in self.keep_files(request, editor).items():
            data[name] = value
        if not drafts.put(request.session, request.path, editor, data):
            return None
        messages.warning(request, _ENDED if ended else _CHANGED)
        login = reverse("admin:login", current_app=self.admin_site.name)
        path = request.get_full_path()
        return redirect_to_login(path, login) if ended else HttpResponseRedirect(path)


class _CsrfCheck(CsrfViewMiddleware):
    """Says whether Django would refuse the request, and leaves the refusal itself to Django."""

    def _reject(self, _request: HttpRequest, reason: str) -> Any:
        return reason


def _may_log_in(user_id: str) -> bool:
    """Whether the account that a cookie names is still in use: cookies outlive it."""
    user = get_user_model()._default_manager.filter(pk=user_id).first() if user_id else None
    return bool(user and user.is_active)


def _is_from_here(request: HttpRequest) -> bool:
    """Whether one of our own pages sent the form, as Django decides it before it looks for a token.

    A page of another site could otherwise leave a form that its editor takes for their own.
    """
    check: Any = _CsrfCheck(lambda _: HttpResponse())
    if "HTTP_ORIGIN" in request.META:
        return bool(check._origin_verified(request))
    try:
        if request.is_secure():
            check._check_referer(request)
    except RejectRequest:
        return False
    return True


def _has_csrf_token(request: HttpRequest) -> bool:
    check = _CsrfCheck(lambda _: HttpResponse())
    check.process_request(request)
    return check.process_view(request, _has_csrf_token, (), {}) is None  # type: ignore[arg-type]  # the view is not called
