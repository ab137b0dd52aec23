"""Every setting of the registry, each from the environment with a default that works on a laptop.

`docs/operations.md` lists the variables.
"""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from safezone.database import databases
from safezone.environment import (
    draw_secret,
    fingerprint_keys,
    flag,
    issuer,
    master_keys,
    origin,
    secret_key,
    web_address,
    whole_number,
    witnesses,
    words,
)
from safezone.logs import configure_structlog, logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("SAFEZONE_VAR", BASE_DIR / "var"))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = flag("SAFEZONE_DEBUG")
DEMO = flag("SAFEZONE_DEMO")
if DEMO and not DEBUG:
    raise ImproperlyConfigured("SAFEZONE_DEMO=1 prints passwords: it is refused unless SAFEZONE_DEBUG=1")

# Private keys, outside the database and its backups.
KEYS_DIR = Path(os.environ.get("SAFEZONE_KEYS_DIR", VAR_DIR / "keys"))
ISSUER = issuer()

SECRET_KEY = secret_key(VAR_DIR, debug=DEBUG)
SECRET_KEY_FALLBACKS = words("SECRET_KEY_FALLBACKS")
# 2:hex,1:hex; the newest writes, all are compared (SAFEZONE_FINGERPRINT_KEYS).
FINGERPRINT_KEYS = fingerprint_keys(debug=DEBUG)
# 2:hex,1:hex; the newest wraps the keys of people, all unwrap (SAFEZONE_MASTER_KEYS).
MASTER_KEYS = master_keys(debug=DEBUG)
ALLOWED_HOSTS = words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEBUG else "")
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "registry.apps.RegistryConfig",
]
MIDDLEWARE = [
    "registry.web.problems.middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "safezone.headers.permissions_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "registry.web.gate.Gate",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "safezone.urls"
WSGI_APPLICATION = "safezone.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"registry_pages": "registry.web.tags", "desk_pages": "registry.console.tags"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = databases(VAR_DIR)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "registry.Person"
# Credentials, TOTP, recovery codes and passkeys are allauth's; its own pages, e-mails and social accounts are not used.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "registry.services.factor_storage.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = not DEBUG

LANGUAGE_CODE = "en"
LANGUAGES = [("uk", "Українська"), ("ro", "Română"), ("en", "English"), ("ru", "Русский")]
LOCALE_PATHS = [BASE_DIR / "registry" / "locale"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = not DEBUG
TIME_ZONE = "Europe/Bucharest"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = flag("SAFEZONE_SSL_REDIRECT", default=not DEBUG)
SECURE_REDIRECT_EXEMPT = [r"^health$", r"^ready$"]
SECURE_HSTS_SECONDS = whole_number("SAFEZONE_HSTS_SECONDS", 0 if DEBUG else 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEBUG
# Only a proxy that always sets or strips the header may be trusted with it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("SAFEZONE_BEHIND_PROXY") else None
# Preloading binds a whole domain for years: its owner decides, not this file.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

DATA_UPLOAD_MAX_MEMORY_SIZE = 96 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE
# No form takes a file but the one for photographs, which brings a handler of its own.
FILE_UPLOAD_HANDLERS = ["registry.web.uploads.NoFiles"]

# Carried decisions that a third person does again, in a hundred, and the secret that draws them.
REVIEW_PERCENT = whole_number("REVIEW_PERCENT", 5)
if not (0 if DEBUG else 1) <= REVIEW_PERCENT <= 100:
    raise ImproperlyConfigured("REVIEW_PERCENT must be 1 to 100")
REVIEW_SECRET = draw_secret(SECRET_KEY)

# Where the worker hands over messages; without a gateway staff see them and send by hand.
MESSAGE_GATEWAY_URL = web_address("MESSAGE_GATEWAY_URL")

# The audit ledger: what its checkpoints are called, the key that signs them, and who keeps a copy of each.
LEDGER_ORIGIN = origin("SAFEZONE_LEDGER_ORIGIN", "localhost/safezone-ledger")
LEDGER_KEY = Path(os.environ.get("SAFEZONE_LEDGER_KEY", KEYS_DIR / "ledger.pem"))
LEDGER_WITNESSES = witnesses("SAFEZONE_WITNESSES")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["registry.api.door.Token", "registry.api.door.Session"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["registry.api.door.StrictJson"],
    "DEFAULT_RENDERER_CLASSES": ["registry.api.door.Json"],
    "DEFAULT_SCHEMA_CLASS": "registry.api.schema.Described",
    "EXCEPTION_HANDLER": "registry.api.errors.on_error",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Safe-zone registry",
    "DESCRIPTION": "Verified transport and accommodation for refugees at the border of Romania and Ukraine.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["registry.api.schema.own_paths"],
    "POSTPROCESSING_HOOKS": ["registry.api.schema.as_it_is"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

configure_structlog()
LOGGING = logging_config(os.environ.get("SAFEZONE_LOG_LEVEL", "WARNING" if DEBUG else "INFO").upper())
