"""The Django project of the demo: settings, URLs, Celery, WSGI, ASGI, and the gallery in `imagehub.demo`."""

from imagehub.celery import app as celery_app

__all__ = ["celery_app"]
