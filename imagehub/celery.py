"""The Celery application; tasks live in ``assets.tasks``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imagehub.settings")

app = Celery("imagehub")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
