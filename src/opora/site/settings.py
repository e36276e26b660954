"""Settings from the environment, parsed strictly; without any, an embedded database under `OPORA_DATA`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

from opora.site.secrets import key_file

env = environ.FileAwareEnv()  # NAME_FILE names a file that holds the value of NAME

DATA = Path(env.str("OPORA_DATA", default="data")).resolve()
DEBUG = env.bool("OPORA_DEBUG", default=False)
DEMO = env.bool("OPORA_DEMO", default=(DATA / "demo.json").exists())
HTTPS = env.bool("OPORA_HTTPS", default=False)

SECRET_KEY = env.str("OPORA_SECRET_KEY", default="") or key_file(DATA / "keys" / "secret.key")
OPORA_JOURNAL_KEY = (env.str("OPORA_JOURNAL_KEY", default="") or key_file(DATA / "keys" / "journal.key")).encode()
ALLOWED_HOSTS = env.list("OPORA_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("OPORA_ORIGINS", default=[])

ROOT_URLCONF = "opora.site.urls"
WSGI_APPLICATION = "opora.site.wsgi.application"
AUTH_USER_MODEL = "access.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "opora.development",
    "opora.support",
    "opora.assessments",
    "opora.collection",
    "opora.roadmaps",
    "opora.lists",
    "opora.documents",
    "opora.exports",
    "opora.notices",
    "opora.access",
    "opora.registry",
    "opora.journal",
    "opora.ui",
    "opora.core",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "opora.ui.middleware.ExpiredSessionMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "opora.exports.middleware.SenderMiddleware",
    "opora.ui.middleware.DeniedMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "opora.ui.context.page",
            ],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA / 'opora.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=134217728",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # a connection that broke meanwhile is replaced, not handed out
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": env.int("OPORA_POOL", default=8),  # connections of each process
    }

# Limits on guessing passwords count in the cache, which several web processes have to share.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "opora_cache"}}

LANGUAGE_CODE = "ru"
TIME_ZONE = env.str("OPORA_TIME_ZONE", default="Europe/Moscow")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("OPORA_STATIC", default=str(DATA / "static")))
MEDIA_ROOT = DATA / "files"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if env.str("OPORA_FILES_BUCKET", default=""):  # several web servers share a store that speaks the S3 protocol
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.str("OPORA_FILES_BUCKET"),
            "endpoint_url": env.str("OPORA_FILES_ENDPOINT", default=None),
            "region_name": env.str("OPORA_FILES_REGION", default=None),
            "access_key": env.str("OPORA_FILES_KEY"),
            "secret_key": env.str("OPORA_FILES_SECRET"),
            "file_overwrite": False,
            "default_acl": None,
        },
    }
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "bulk"],  # a long sending does not block a reading
    }
}

AUTHENTICATION_BACKENDS = ["opora.access.backends.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "opora.access.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "opora.access.sign_in_forms.LoginForm",
    "reauthenticate": "opora.access.sign_in_forms.ReauthenticateForm",
    "change_password": "opora.access.sign_in_forms.ChangePasswordForm",
    "set_password": "opora.access.sign_in_forms.SetPasswordForm",
    "reset_password": "opora.access.sign_in_forms.ResetPasswordForm",
    "reset_password_from_key": "opora.access.sign_in_forms.ResetPasswordKeyForm",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no letters to strangers
ACCOUNT_SESSION_REMEMBER = False  # computers of a teachers' room are shared: signed out when the browser closes
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("OPORA_PROXIES", default=0)  # in front of this server; limits count by address
MFA_ADAPTER = "opora.access.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "opora.access.sign_in_forms.AuthenticateForm",
    "reauthenticate": "opora.access.sign_in_forms.MFAReauthenticateForm",
    "activate_totp": "opora.access.sign_in_forms.ActivateTOTPForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # administrators write the addresses; nobody confirms them
MFA_TOTP_ISSUER = "Опора"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if env.str("OPORA_OIDC_SERVER", default=""):
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": env.str("OPORA_OIDC_ID", default="oidc"),
                    "name": env.str("OPORA_OIDC_NAME", default="Единый вход"),
                    "client_id": env.str("OPORA_OIDC_CLIENT"),
                    "secret": env.str("OPORA_OIDC_SECRET"),
                    "settings": {"server_url": env.str("OPORA_OIDC_SERVER")},
                }
            ]
        }
    }

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="filemail://")
vars().update(EMAIL_CONFIG)
EMAIL_FILE_PATH = str(DATA / "mail")
EMAIL_TIMEOUT = env.int("OPORA_MAIL_TIMEOUT", default=20)  # seconds
OPORA_RESULTS_KEY = env.str("OPORA_RESULTS_KEY", default="")  # secret key of the age format: results at rest
OPORA_RESULTS_YEARS = env.int("OPORA_RESULTS_YEARS", default=5)  # how long rows of pupils are kept; counts stay
OPORA_OBJECTION_DAYS = env.int("OPORA_OBJECTION_DAYS", default=14)  # to object to a list; 0: as long as it holds
OPORA_RESULTS_MB = env.int("OPORA_RESULTS_MB", default=256)  # the largest file with results
OPORA_RULES = env.str("OPORA_RULES", default=str(DATA / "rules"))  # the administrator's folder of rules
OPORA_SITE = env.str("OPORA_SITE", default=next(iter(CSRF_TRUSTED_ORIGINS), "")).rstrip("/")  # links of mails
OPORA_NOTICES_DAYS = env.int("OPORA_NOTICES_DAYS", default=180)  # how long notices and the list of mails are kept
DEFAULT_FROM_EMAIL = env.str("OPORA_MAIL_FROM", default="opora@localhost")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, *env.list("OPORA_OIDC_ORIGINS", default=[])],  # where a sign-in by OpenID Connect leads
        "frame-ancestors": [NONE],
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # a double press loses cookies
CSRF_FAILURE_VIEW = "opora.ui.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_AGE = 12 * 60 * 60
