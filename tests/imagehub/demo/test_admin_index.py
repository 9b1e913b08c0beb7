"""The first page of the project's admin."""

from __future__ import annotations

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_each_of_our_models_says_what_it_is_for(admin_client: Client, static_files: None) -> None:
    html = admin_client.get("/admin/").content.decode()
    assert "Named sizes for templates." in html
    assert re.findall(r"<p>\s*</p>", html) == []
