# syntax=docker/dockerfile:1
# The admin and the workers: docker build --target admin . and docker build --target worker .
# docs/production.md says how to run them, and how to pin the base image by its digest.
ARG PYTHON_IMAGE=python:3.13-slim-bookworm

FROM ${PYTHON_IMAGE} AS packages
WORKDIR /app
COPY requirements.lock ./
# pip refuses a package that is not the one that was tested. No compiler is needed: all have wheels.
RUN python -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
        --only-binary :all: --require-hashes --requirement requirements.lock

FROM ${PYTHON_IMAGE} AS project
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=imagehub.settings \
    DATA_DIR=/data \
    STATIC_ROOT=/app/static
# Nobody can log in as this user. Its folder stays empty with a database, a broker and a bucket elsewhere.
RUN groupadd --gid 10001 imagehub \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin imagehub \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY manage.py ./
COPY edge edge
COPY assets assets
COPY imagehub imagehub
# With a folder and a key of this step's own, so that neither is in the image.
RUN DATA_DIR=/tmp/build SECRET_KEY=build python manage.py collectstatic --noinput --verbosity 0 \
    && rm -r /tmp/build
USER 10001:10001

FROM project AS worker
# A worker that cannot work ends, and one that hangs shows as the age of its queue: docs/production.md#metrics
HEALTHCHECK NONE
CMD ["celery", "--app", "imagehub", "worker", "--concurrency", "2"]

FROM project AS admin
ENV BIND=0.0.0.0:8000
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "--config", "python:imagehub.gunicorn_conf", "imagehub.wsgi"]
