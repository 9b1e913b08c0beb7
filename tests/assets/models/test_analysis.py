"""What was seen in a file is known by its SHA-256, for each analyser."""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection

from assets.analysis.seen import Label, Seen
from assets.models import Analysis

pytestmark = pytest.mark.django_db

SHA256 = "0" * 64


@pytest.fixture(autouse=True)
def _faces(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "faces"}


@pytest.mark.parametrize(
    ("state", "known"), [("queued", None), ("running", None), ("failed", None), ("done", [[1, 2, 3, 4]])]
)
def test_only_a_finished_look_counts(state: str, known: Any) -> None:
    Analysis.objects.create(sha256=SHA256, analyser="faces", state=state, faces=[[1, 2, 3, 4]])
    assert Analysis.known_faces(SHA256) == known


def test_another_analyser_has_another_look(settings: Any) -> None:
    for analyser in ("faces", "other"):
        Analysis.objects.create(sha256=SHA256, analyser=analyser, state="done", faces=[])
    assert Analysis.known_faces(SHA256) == []
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": ""}
    assert Analysis.known_faces(SHA256) is None


def test_one_analyser_has_one_row_for_a_file() -> None:
    Analysis.objects.create(sha256=SHA256, analyser="faces")
    with pytest.raises(IntegrityError):
        Analysis.objects.create(sha256=SHA256, analyser="faces")


def test_its_name_says_which_file_and_analyser() -> None:
    assert str(Analysis(sha256=SHA256, analyser="faces")) == "00000000 by faces"


def test_the_migration_makes_earlier_looks_searchable() -> None:
    """0012_collections_and_tags: what it fills in is what a look writes since."""
    labels = [{"name": "Dining Table", "confidence": 99.0}]
    done = Analysis.objects.create(
        sha256=SHA256, analyser="rekognition", state="done", text="OPEN\nDaily", labels=labels
    )
    Analysis.objects.create(sha256=SHA256, analyser="faces", state="queued", text="x")
    migration = importlib.import_module("assets.migrations.0012_collections_and_tags")
    migration.fill_words(apps, SimpleNamespace(connection=connection))
    seen = Seen(text="OPEN\nDaily", labels=(Label("Dining Table", 99.0),))
    assert list(Analysis.objects.exclude(words="").values_list("pk", "words")) == [(done.pk, seen.words)]
