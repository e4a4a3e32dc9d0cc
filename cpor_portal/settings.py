"""Settings of the portal. Every deployment value comes from the environment; docs/deploying.md lists them.

With DATABASE_URL unset, ``manage.py`` fills the environment with the embedded servers of PORTAL_DATA_DIR first.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from redis.backoff import NoBackoff
from redis.retry import Retry

from cpor_portal import schedule
from kit.logs import log_settings
from kit.scanning import checked_url
from notifications.providers import provider_settings, smtp_settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- Where and how it runs -------------------------------------------------------------------------------------------
DATA_DIR = Path(env.str("PORTAL_DATA_DIR", default=str(BASE_DIR / ".data"))).resolve()
DEMO = env.bool("PORTAL_DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
PORTAL_URL = env.str("PORTAL_URL", default="http://127.0.0.1:8000").rstrip("/")
_portal = urlsplit(PORTAL_URL)
HTTPS = _portal.scheme == "https"
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set. Give it a long random value that only this installation knows.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# The loopback names are for health checks from inside the container.
ALLOWED_HOSTS = [*env.list("ALLOWED_HOSTS", default=[_portal.hostname]), "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PORTAL_URL]
ROOT_URLCONF = "cpor_portal.urls"
WSGI_APPLICATION = "cpor_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

# --- Applications ----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "operations",
    "accounts",
    "notifications",
    "partners",
    "customers",
    "claims",
    "revenue",
    "kit.apps.KitConfig",
    "cpor_portal.apps.PortalConfig",
    "review",
    "review.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
if DEMO:
    INSTALLED_APPS.append("demo")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kit.middleware.TellRequests",
    "operations.measuring.MeasureRequests",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "kit.middleware.PrivatePages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kit.middleware.SignInAfresh",
    "kit.middleware.ExplainRefusals",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "partners.context.membership",
                "notifications.context.unread",
                "cpor_portal.context.frame",
            ],
        },
    }
]

# --- Data ------------------------------------------------------------------------------------------------------------
_database_url = env.str("DATABASE_URL", default="")
if not _database_url:
    raise ImproperlyConfigured(
        "DATABASE_URL is not set. Name a PostgreSQL server, or use manage.py with its demo parts."
    )
DATABASES = {"default": env.db_url_config(_database_url)}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("TEST", {})["NAME"] = "test_portal"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
_redis_patience = {"socket_connect_timeout": 0.5, "socket_timeout": 2}
CACHES = {
    "default": {
        "BACKEND": "kit.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        # The client's own retries would keep a page waiting for seconds while Redis is away.
        "OPTIONS": {"socket_connect_timeout": 0.25, "socket_timeout": 0.5, "retry": Retry(NoBackoff(), 0)},
    }
}

# --- Files: uploaded documents and static files ----------------------------------------------------------------------
S3_BUCKET = env.str("S3_BUCKET", default="")
_document_storage: dict[str, object] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": str(DATA_DIR / "documents"), "file_permissions_mode": 0o600},
}
if S3_BUCKET:
    _document_storage = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
            "region_name": env.str("S3_REGION", default=None),
            "access_key": env.str("S3_ACCESS_KEY", default=None),
            "secret_key": env.str("S3_SECRET_KEY", default=None),
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": False,
            "max_memory_size": 1024 * 1024,  # larger files are read through a temporary file
        },
    }
STORAGES = {
    "default": _document_storage,
    "staticfiles": {
        "BACKEND": env.str("STATIC_STORAGE", default="whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MAX_DOCUMENT_BYTES = 20 * 1024 * 1024
# A ClamAV daemon that looks at every document before it is kept: tcp://host:3310 or unix:///path. Empty: none.
CLAMD_URL = checked_url(env.str("CLAMD_URL", default=""))
CLAMD_SIGNATURE_DAYS = env.int("CLAMD_SIGNATURE_DAYS", default=7)
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_NUMBER_FILES = 60  # above what any form takes, so that the form says how many it takes
X_FRAME_OPTIONS = "DENY"

# --- Sign-in ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "cpor_portal.sign_in.PortalAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Two-step sign-in. Codes of the step before and after are taken too; accounts/two_step.py lets each count once.
STAFF_MFA_REQUIRED = env.bool("STAFF_MFA_REQUIRED", default=False)
MFA_ADAPTER = "cpor_portal.two_step.PortalMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "accounts.two_step_forms.SecondStepForm",
    "reauthenticate": "accounts.two_step_forms.ConfirmWithCodeForm",
    "activate_totp": "accounts.two_step_forms.SetUpForm",
}
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

# --- Safety of pages -------------------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-src": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = HTTPS and env.bool("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PROXY_COUNT", default=1)
CSRF_FAILURE_VIEW = "cpor_portal.views.csrf_failure"

# --- Mail ------------------------------------------------------------------------------------------------------------
_mail_provider = env.str("MAIL_PROVIDER", default="smtp").strip().lower() or "smtp"
_mail_timeout = env.int("EMAIL_TIMEOUT", default=20)
if _mail_provider == "smtp":
    _smtp_url = environ.Env.email_url_config(env.str("EMAIL_URL", default="smtp://127.0.0.1:1025"))
    _mail = smtp_settings(_smtp_url, env.ENVIRON, timeout=_mail_timeout)
else:
    _mail = provider_settings(_mail_provider, env.ENVIRON, portal_url=PORTAL_URL, timeout=_mail_timeout)
MAILERS, ANYMAIL, MAIL_HOOKS = _mail.mailers, _mail.anymail, _mail.hooks
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=600)
MAIL_BODY_DAYS = env.int("MAIL_BODY_DAYS", default=90)
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="Microsoft Partner Center <no-reply@partnercenter.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Tasks -----------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "global_keyprefix": env.str("CELERY_PREFIX", default=""),
    **_redis_patience,
}
CELERY_TASK_PUBLISH_RETRY = False
SWEEPS = schedule.SWEEPS
CELERY_BEAT_SCHEDULE = schedule.beat_schedule()
CELERY_TASK_QUEUES, CELERY_TASK_ROUTES = schedule.QUEUES, schedule.ROUTES
SWEEP_LOG_DAYS = env.int("SWEEP_LOG_DAYS", default=90)
MAIL_LATE_SECONDS = env.int("MAIL_LATE_SECONDS", default=900)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
WORKER_METRICS_PORT = env.int("WORKER_METRICS_PORT", default=0)

# --- Language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-us"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_TZ = USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- The process: values a lead may want to change -------------------------------------------------------------------
ACTION_REQUIRED_DAYS = env.int("ACTION_REQUIRED_DAYS", default=30)
ACTION_REMINDER_DAYS = [7, 2]
OPT_OUT_DAYS = env.int("OPT_OUT_DAYS", default=7)
REVIEW_BUSINESS_DAYS = env.int("REVIEW_BUSINESS_DAYS", default=5)
REVIEW_CALENDAR_COUNTRY = env.str("REVIEW_CALENDAR_COUNTRY", default="US")
REVIEWER_IDLE_HOURS = env.int("REVIEWER_IDLE_HOURS", default=24)
SECOND_LOOK_PERCENT = env.int("SECOND_LOOK_PERCENT", default=5)
DIGEST_HOUR = env.int("DIGEST_HOUR", default=7)
DISPUTE_DAYS = 30
DRAFT_REMINDER_DAYS = env.int("DRAFT_REMINDER_DAYS", default=14)
SUBSCRIPTION_WAIT_HOURS = 48
CONTEST_HELD_SUBSCRIPTIONS = env.bool("CONTEST_HELD_SUBSCRIPTIONS", default=False)
CUSTOMER_SURVEY = env.bool("CUSTOMER_SURVEY", default=True)
GUIDE_VERSION = "FY20"
CUSTOMER_DIRECTORY = "customers.directory.ImportedDirectory"

# --- Logs ------------------------------------------------------------------------------------------------------------
LOGGING = log_settings(level=env.str("LOG_LEVEL", default="INFO"), style=env.str("LOG_FORMAT", default="lines"))
