"""The pages that ask before an image is deleted, in a project whose own models refer to images."""

from __future__ import annotations

from tests.hosts.conftest import MakeHost

_MODELS = """
from django.db import models

class Article(models.Model):
    title = models.CharField(max_length=50)
    image = models.ForeignKey("imagehub.Asset", models.CASCADE, related_name="+")
    second = models.ForeignKey("imagehub.Asset", models.SET_NULL, null=True, related_name="seconds")

    def __str__(self):
        return self.title

class Link(models.Model):
    article = models.ForeignKey(Article, models.CASCADE)

class Cover(models.Model):
    image = models.ForeignKey("imagehub.Asset", models.PROTECT)
    more = models.ManyToManyField("imagehub.Asset", related_name="covers")
"""
_ADMIN = """
from django.contrib import admin

from articles.models import Article

admin.site.register(Article)
"""


def test_all_that_goes_with_an_image_is_listed(make_host: MakeHost) -> None:
    host = make_host('INSTALLED_APPS = ["articles", *INSTALLED_APPS]')
    host.write("articles/__init__.py", "")
    host.write("articles/models.py", _MODELS)
    host.write("articles/admin.py", _ADMIN)
    host.visit("deleting.confirmations")
