"""The size limit of images holds for the image form alone."""

from __future__ import annotations

from tests.hosts.conftest import MakeHost

_SETTINGS = """
import json
from edge.contract import policy
small = {**json.loads(policy.BAKED.read_bytes()), "max_source_bytes": 1 << 10}
(FOLDER / "policy.json").write_text(json.dumps(small))
os.environ[policy.ENVIRONMENT_VARIABLE] = str(FOLDER / "policy.json")
"""
_URLS = """
from django.contrib import admin
from django.http import JsonResponse
from django.urls import path


def documents(request):
    return JsonResponse([len(file.read()) for file in request.FILES.getlist("file")], safe=False)


urlpatterns = [path("admin/", admin.site.urls), path("documents/", documents)]
"""


def test_another_apps_files_over_the_limit_arrive_whole(make_host: MakeHost) -> None:
    make_host(_SETTINGS, _URLS).visit("uploads.of_other_apps")
