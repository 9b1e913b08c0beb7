"""The Django project: settings, URLs, Celery, WSGI and ASGI. What it does lives in ``assets`` and ``edge``."""

from imagehub.celery import app as celery_app

__all__ = ["celery_app"]
