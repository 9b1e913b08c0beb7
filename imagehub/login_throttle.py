"""How django-axes counts failed sign-ins here, and what a person sees who has to wait.

Failures count for a user name at an address. So nobody can lock out a user who signs in from elsewhere, and one user's
failures do not lock out a colleague at the same address.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

#: An internet provider gives a customer at least this many bits: https://www.rfc-editor.org/rfc/rfc6177
_IPV6_PREFIX = 64


def client_address(request: HttpRequest) -> str | None:
    """The address that the outermost of our own proxies saw, without ``PROXY_COUNT`` that of the connection.

    Each proxy appends its client's address to ``X-Forwarded-For``. What stands before that was sent by the client, who
    can write anything. Addresses of one IPv6 network count as one. None for a connection without an address.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    seen = [*forwarded, request.META.get("REMOTE_ADDR", "")]
    chosen = seen[-1 - settings.PROXY_COUNT] if len(seen) > settings.PROXY_COUNT else seen[-1]
    return _network_of(chosen.strip()) or _network_of(seen[-1])


def _network_of(text: str) -> str | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address), _IPV6_PREFIX), strict=False).network_address)
    return str(address)


def refuse(request: HttpRequest, *_: Any) -> HttpResponse:
    """The reply to a sign-in that is not checked, because too many before it have failed."""
    seconds = int(settings.AXES_COOLOFF_TIME.total_seconds())
    context = {
        **admin.site.each_context(request),
        "title": "Too many failed sign-ins",
        "failures": settings.AXES_FAILURE_LIMIT,
        "minutes": seconds // 60,
    }
    # https://www.rfc-editor.org/rfc/rfc6585#section-4
    headers = {"Retry-After": str(seconds)}
    return TemplateResponse(request, "demo/locked_out.html", context, status=429, headers=headers).render()
