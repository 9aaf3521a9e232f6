"""Django's settings. What an operator may change comes from `arena.config.env`."""

from csp.constants import NONE, SELF
from django.urls import reverse_lazy

from arena.config import env
from arena.config.databases import cache_settings, channel_layers, database_from_url
from arena.config.logging import configure_logging
from arena.config.mail import mail_from_url
from arena.config.sign_on import form_targets, sign_on_providers

BASE_DIR = env.BASE_DIR
VAR_DIR = env.VAR_DIR
DEBUG = env.DEBUG
SECRET_KEY = env.SECRET_KEY
ALLOWED_HOSTS = env.ALLOWED_HOSTS
CSRF_TRUSTED_ORIGINS = env.CSRF_TRUSTED_ORIGINS

INSTALLED_APPS = [
    "arena.raters.admin_config.ArenaAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "channels",
    "csp",
    "django_htmx",
    "template_partials",
    "django_structlog",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "models_registry",
    "ratings",
    "arena.safety",
    "arena.raters",
    "arena.prompts",
    "arena.studies",
    "arena.profiles",
    "arena.battles",
    "arena.releases",
    "arena.config",
]

MIDDLEWARE = [
    # Before the redirect to TLS and the check of host names: a probe comes from inside, with neither.
    "arena.config.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "arena.config.page_rates.PageRateMiddleware",
    "arena.raters.middleware.RaterMiddleware",
    "arena.config.errors.DomainErrorMiddleware",
]

ROOT_URLCONF = "arena.config.urls"
ASGI_APPLICATION = "arena.config.asgi.application"

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
                "arena.config.pages.site",
                "arena.raters.second_factor.staff_banner",
            ],
        },
    },
]

DATABASES = {"default": database_from_url(env.DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.REDIS_URL
CACHES = {
    "default": cache_settings(REDIS_URL),
    # For what every vote asks for and what may be some seconds old; each process has its own.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "process"},
}
CHANNEL_LAYERS = {"default": channel_layers(REDIS_URL)}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Longer than the longest completion, or Redis would hand a running one to a second worker.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": max(3600, 4 * env.TURN_DEADLINE)}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    # What could not run in time is not wanted later: the next one comes at once.
    "sweep-battles": {"task": "battles.sweep", "schedule": 4.0, "options": {"expires": 4.0}},
    "check-health": {"task": "battles.check_health", "schedule": 5.0, "options": {"expires": 5.0}},
    # The day that ended is counted soon after it did; a missed hour is made up for by the next.
    "count-exposure": {"task": "battles.count_exposure", "schedule": 3600.0, "options": {"expires": 3600.0}},
    # Only after an upgrade there is any.
    "measure-answers": {"task": "battles.measure_answers", "schedule": 300.0, "options": {"expires": 300.0}},
    "refresh-stale-leaderboards": {
        "task": "ratings.refresh_stale_leaderboards",
        "schedule": 60.0,
        "options": {"queue": "ratings"},
    },
    # Most times it finds that nothing may change yet.
    "refresh-groups": {
        "task": "ratings.refresh_groups",
        "schedule": 900.0,
        "options": {"queue": "ratings-slow", "expires": 900.0},
    },
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("home")

ACCOUNT_ADAPTER = "arena.raters.account_adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "arena.raters.forms.SignupForm"}
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = ACCOUNT_LOGIN_BY_CODE_ENABLED = ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = (
    True
)
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
# Three minutes are too short for a mail that takes its time.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if env.BEHIND_HTTPS else "http"
# Numbers alone are typed quickly on a phone; three wrong ones end the attempt.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8}
ALLAUTH_TRUSTED_PROXY_COUNT = env.BEHIND_PROXY
if not env.RATE_LIMITS:
    ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False

MFA_ADAPTER = "arena.raters.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
# A browser gives keys to pages of its own machine without TLS too; anything else is https anyway.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not env.BEHIND_HTTPS
STAFF_MFA = env.STAFF_MFA

SOCIALACCOUNT_ADAPTER = "arena.raters.account_adapter.SocialAccountAdapter"
SOCIALACCOUNT_PROVIDERS = sign_on_providers(
    server_url=env.OIDC_SERVER_URL,
    client_id=env.OIDC_CLIENT_ID,
    client_secret=env.OIDC_CLIENT_SECRET,
    name=env.OIDC_NAME,
)

MAIL = mail_from_url(env.EMAIL_URL, folder=VAR_DIR / "mail")
EMAIL_BACKEND = MAIL.backend
EMAIL_FILE_PATH = MAIL.folder
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.starttls, MAIL.tls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.EMAIL_FROM

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *form_targets(env.OIDC_SERVER_URL)],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# Behind a proxy that ends TLS, one variable turns all of it on; a plain local address has no TLS to demand.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = env.BEHIND_HTTPS
# Prometheus asks from inside, without TLS; who may is decided there.
SECURE_REDIRECT_EXEMPT = [r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if env.BEHIND_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.BEHIND_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.BEHIND_HTTPS else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144
# Pages that take files from people who are signed in, by the beginning of their address: bytes of a whole request.
LARGE_BODIES = {"/prompts/imports/": 33_554_432, "/research/imports/": 136_314_880}

BEHIND_PROXY = env.BEHIND_PROXY
RATE_LIMITS = env.RATE_LIMITS
RATES = {
    "prompt": env.RATE_PROMPTS,
    "proposal": env.RATE_PROPOSALS,
    "vote": env.RATE_VOTES,
    "socket": env.RATE_SOCKETS,
    "page": env.RATE_PAGES,
}
RATE_NETWORK_FACTOR = env.RATE_NETWORK_FACTOR
MAX_OPEN_SOCKETS = env.MAX_OPEN_SOCKETS
MAX_WAITING_ANSWERS = env.MAX_WAITING_ANSWERS

# Files of exports and imports; web processes and default workers on several machines share this folder.
RELEASES_DIR = env.RELEASES_DIR

RATINGS_SOURCE = "arena.releases.comparisons.load_board_input"

GENERATION_SLOTS = env.GENERATION_SLOTS
SCRIPTED_BACKEND = env.SCRIPTED_BACKEND
ALLOW_PRIVATE_ENDPOINTS = env.ALLOW_PRIVATE_ENDPOINTS
FIRST_TEXT_DEADLINE = env.FIRST_TEXT_DEADLINE
TURN_DEADLINE = env.TURN_DEADLINE
MAX_TURNS = env.MAX_TURNS
MAX_CONVERSATION_CHARS = env.MAX_CONVERSATION_CHARS
MAX_PROMPT_CHARS = min(4000, MAX_CONVERSATION_CHARS)

METRICS_NETWORKS = env.METRICS_NETWORKS
METRICS_TOKEN = env.METRICS_TOKEN

LOGGING_CONFIG = None
configure_logging(level=env.LOG_LEVEL, log_format=env.LOG_FORMAT)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = None
