"""Settings, read from environment variables. The defaults are a working demo on one machine."""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from edge.storage.atomic_write import write_atomically
from edge.storage.objects.location import spell_bucket
from edge.storage.private_folder import create_private_folder
from imagehub.aws_secrets import read_previous, read_setting
from imagehub.env_file import load_env_file
from imagehub.logs import default_format, logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# Variables of the process count before those of the file.
load_env_file(env("IMAGEHUB_ENV_FILE", default=""))

# The database, the keys and the originals are for this user alone. `check` reports a folder that others can enter.
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
create_private_folder(DATA_DIR)

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])


def _secret_key() -> str:
    """SECRET_KEY from the environment, or one generated once for this DATA_DIR."""
    if key := env("SECRET_KEY", default=""):
        return read_setting(str(key))
    path = DATA_DIR / "secret_key"
    if not path.exists():
        # Several processes may start at once; the first one's key counts.
        write_atomically(path, get_random_secret_key().encode(), only_if_absent=True)
    return path.read_text()


SECRET_KEY = _secret_key()
SECRET_KEY_IS_GENERATED = not env("SECRET_KEY", default="")
# Sessions and links that were signed before a rotation stay valid until the next one.
SECRET_KEY_FALLBACKS = [*env.list("SECRET_KEY_FALLBACKS", default=[]), *read_previous(env("SECRET_KEY", default=""))]

INSTALLED_APPS = [
    "assets",
    "imagehub.demo",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "assets.health.HealthMiddleware",
    "imagehub.metrics.MetricsMiddleware",
    "assets.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "imagehub.request_log.RequestLogMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "imagehub.urls"
WSGI_APPLICATION = "imagehub.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

SQLITE_FILE = DATA_DIR / "imagehub.sqlite3"
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{SQLITE_FILE}")}
if _secret := env("DATABASE_SECRET", default=""):
    DATABASES["default"].update(ENGINE="imagehub.postgresql", SECRET=_secret)
if DATABASES["default"]["NAME"] == str(SQLITE_FILE) and not SQLITE_FILE.exists():
    # SQLite would create a file that everybody can read. An empty file is an empty database, and the files that SQLite
    # adds get its mode: https://www.sqlite.org/src/file?name=src/os_unix.c (findCreateFileMode)
    SQLITE_FILE.touch(0o600)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # The admin and the worker write concurrently: readers never wait (WAL), writers wait up to 20 s (IMMEDIATE).
    # https://docs.djangoproject.com/en/5.2/ref/databases/#sqlite-notes
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

# Passwords cannot be guessed fast: docs/decisions/020-login-throttling.md. Failures with a user name from one address
# are forgotten after a success, or after the cool-off time, which attempts during it do not extend.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "imagehub.login_throttle.client_address"
AXES_LOCKOUT_CALLABLE = "imagehub.login_throttle.refuse"
AXES_DISABLE_ACCESS_LOG = True  # a log of all sign-ins is personal data that nobody here needs
AXES_ENABLE_ADMIN = False  # manage.py axes_reset_username

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True
# The path that a proxy serves this project under, such as /images. gunicorn reads the same variable.
FORCE_SCRIPT_NAME = env("SCRIPT_NAME", default="").rstrip("/") or None
STATIC_URL = f"{FORCE_SCRIPT_NAME or ''}/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATIC_ROOT.mkdir(parents=True, exist_ok=True)

# Images are stored in a bucket if one is configured, else in a directory.
STORE_DIR = DATA_DIR / "store"
BUCKET = env("IMAGEHUB_BUCKET", default="")
AWS_REGION = env("AWS_REGION", default="us-east-1")
S3_ENDPOINT = env("IMAGEHUB_S3_ENDPOINT", default="")


def _store() -> str:
    """The location of originals, variants and the manifest."""
    if not BUCKET:
        create_private_folder(STORE_DIR)
        return STORE_DIR.as_uri()
    if S3_ENDPOINT and not S3_ENDPOINT.startswith(("http://", "https://")):
        raise ImproperlyConfigured("IMAGEHUB_S3_ENDPOINT must begin with http:// or https://")
    return spell_bucket(BUCKET, AWS_REGION, S3_ENDPOINT)


IMAGEHUB = {
    "CDN_URL": env("IMAGEHUB_CDN_URL", default="http://127.0.0.1:8080"),
    "STORE": _store(),
    "DISTRIBUTION_ID": env("IMAGEHUB_DISTRIBUTION_ID", default=""),
    "OTHER_DISTRIBUTION_IDS": env("IMAGEHUB_OTHER_DISTRIBUTION_IDS", default=""),
    "CLOUDFRONT_ENDPOINT": env("IMAGEHUB_CLOUDFRONT_ENDPOINT", default=""),
    "ANALYSER": env("IMAGEHUB_ANALYSER", default=""),
    "ANALYSER_REGION": env("IMAGEHUB_ANALYSER_REGION", default=AWS_REGION),
    "ANALYSER_ENDPOINT": env("IMAGEHUB_ANALYSER_ENDPOINT", default=""),
    "ANALYSER_PER_SECOND": env("IMAGEHUB_ANALYSER_PER_SECOND", default="5"),
    "ANALYSER_MONTHLY_CALLS": env("IMAGEHUB_ANALYSER_MONTHLY_CALLS", default=""),
    "MODERATION_LABELS": env(
        "IMAGEHUB_MODERATION_LABELS",
        default="Explicit, Non-Explicit Nudity, Obstructed Intimate Parts, Violence, Visually Disturbing, Hate Symbols",
    ),
    "MODERATION_CONFIDENCE": env("IMAGEHUB_MODERATION_CONFIDENCE", default="80"),
    "MODERATION_UNREVIEWED": env("IMAGEHUB_MODERATION_UNREVIEWED", default="blurred"),
    "TRASH_DAYS": env("IMAGEHUB_TRASH_DAYS", default="30"),
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "media"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "originals": (
        {
            "BACKEND": "assets.storage_s3.S3Originals",
            "OPTIONS": {"bucket_name": BUCKET, "region_name": AWS_REGION, "endpoint_url": S3_ENDPOINT or None},
        }
        if BUCKET
        else {"BACKEND": "assets.storage.DirectoryOriginals", "OPTIONS": {"location": STORE_DIR}}
    ),
}

# Only the image form accepts files, and it sets its own upload handler. Files sent to any other view, such as the login
# page, never reach the disk.
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["imagehub.uploads.DroppingUploadHandler"]

# The default broker keeps messages in files, so a demo needs no server.
CELERY_BROKER_URL = read_setting(env("CELERY_BROKER_URL", default="filesystem://localhost"))
if CELERY_BROKER_URL.startswith("filesystem://"):
    CELERY_BROKER_TRANSPORT = "assets.file_broker:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {"folder": DATA_DIR / "queue"}
CELERY_TASK_DEFAULT_QUEUE = env("CELERY_QUEUE", default="imagehub")
CELERY_QUEUE_URL = env("CELERY_QUEUE_URL", default="")
if CELERY_BROKER_URL.startswith("sqs:"):
    from imagehub.sqs import transport_options  # others need not load it

    CELERY_BROKER_TRANSPORT_OPTIONS = transport_options(
        CELERY_BROKER_URL, CELERY_TASK_DEFAULT_QUEUE, CELERY_QUEUE_URL, AWS_REGION
    )
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # it would create a queue for each worker
CELERY_TIMEZONE = TIME_ZONE

# Off unless set: docs/production.md#metrics.
METRICS_TOKEN = read_setting(env("METRICS_TOKEN", default=""))
WORKER_METRICS = env("WORKER_METRICS", default="")

# To stderr: docs/production.md#logs.
LOGGING = logging_config(env("LOG_FORMAT", default=default_format(DEBUG)), env("LOG_LEVEL", default="INFO"))

CSRF_FAILURE_VIEW = "imagehub.error_pages.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# How many proxies of ours append to X-Forwarded-For.
PROXY_COUNT = env.int("PROXY_COUNT", default=1 if HTTPS else 0)
# Browsers then use HTTPS only, for a year. https://www.rfc-editor.org/rfc/rfc6797
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
# Only the owner of the domain knows whether all its subdomains have HTTPS, and a preloaded domain cannot go back for
# months. So neither is a default, and `check --deploy` does not ask for them.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF, IMAGEHUB["CDN_URL"]],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:", "blob:", IMAGEHUB["CDN_URL"]],
    }
}
