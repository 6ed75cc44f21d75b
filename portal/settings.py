"""The one settings file, driven by the environment (see README.md, section "Environment")."""

from __future__ import annotations

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy

from portal import embedded_broker, env, error_reports

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.made_folder("VAR_DIR", BASE_DIR / "var")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

# --- Where we run ---
DEBUG = env.flag("DEBUG")
DEMO = env.flag("PORTAL_DEMO")
TESTING = env.flag("PORTAL_TESTING")
PUBLIC_BASE_URL = env.web_address("PUBLIC_BASE_URL", "http://127.0.0.1:8000")
PUBLIC_HOST = urlsplit(PUBLIC_BASE_URL).hostname or ""
ON_LOOPBACK = PUBLIC_HOST in LOOPBACK
HTTPS = PUBLIC_BASE_URL.startswith("https://")
ALLOWED_HOSTS = env.listed("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])

# --- Database: SQLite embedded by default, PostgreSQL in production ---
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
EMBEDDED = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if EMBEDDED:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.whole("DATABASE_CONN_MAX_AGE", 600)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A machine that vanished says nothing: without these a request would wait a quarter of an hour for it. The
    # server's own work may take as long as it needs, its kernel answers meanwhile.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 3,
        "tcp_user_timeout": 15_000,
    } | DATABASES["default"].get("OPTIONS", {})
    # Behind a pooler that lends a connection for one transaction (PgBouncer), a cursor of the server dies between.
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = env.flag("DATABASE_POOLED")
if DATABASES["default"]["ENGINE"].endswith(("sqlite3", "postgresql")) and env.text("TEST_DATABASE_NAME"):
    DATABASES["default"]["TEST"] = {"NAME": env.text("TEST_DATABASE_NAME")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Secrets: generated only for an embedded installation that answers on this machine alone ---
SECRET_KEY = env.text("SECRET_KEY")
FIELD_ENCRYPTION_KEYS = env.encryption_keys("FIELD_ENCRYPTION_KEYS")
if not SECRET_KEY or not FIELD_ENCRYPTION_KEYS:
    if not (EMBEDDED and ON_LOOPBACK):
        raise ImproperlyConfigured(
            "Thiếu SECRET_KEY hoặc FIELD_ENCRYPTION_KEYS: cài đặt chính thức phải đặt cả hai trong môi trường "
            "(chỉ bản chạy thử trên máy này mới tự tạo)."
        )
    SECRET_KEY = SECRET_KEY or env.generated_secret(VAR_DIR / "secret_key", lambda: secrets.token_urlsafe(50))
    FIELD_ENCRYPTION_KEYS = FIELD_ENCRYPTION_KEYS or [
        env.generated_secret(VAR_DIR / "field_encryption_key", lambda: secrets.token_urlsafe(32))
    ]
if DEMO and not ON_LOOPBACK:
    raise ImproperlyConfigured("PORTAL_DEMO chỉ được bật khi PUBLIC_BASE_URL là máy này (127.0.0.1 hoặc localhost).")

# --- Applications ---
INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "zalo.apps.ZaloConfig",
    "feedback.apps.FeedbackConfig",
    "dossiers.apps.DossiersConfig",
    "portal.api.apps.ApiConfig",
    "portal.content.apps.ContentConfig",
    "portal.datasets.apps.DatasetsConfig",
    "portal.correspondence.apps.CorrespondenceConfig",
    "portal.reporting.apps.ReportingConfig",
    "portal.audit.apps.AuditConfig",
    "portal.submission.apps.SubmissionConfig",
    "portal.transfer.apps.TransferConfig",
    "portal.print_studio.apps.PrintStudioConfig",
    "portal.access.apps.AccessConfig",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.simple_history",
    "portal.desk.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "import_export",
    "simple_history",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "zalo.inbound.webhook.WebhookMiddleware",
    "portal.security.RequestFrame",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.security.ContentPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.language.PublicLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "portal.access.gate.SecondFactorGate",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]
if EMBEDDED:  # collected files have compressed copies beside them; here they are served as they lie
    MIDDLEWARE.insert(MIDDLEWARE.index("whitenoise.middleware.WhiteNoiseMiddleware"), "portal.packed.PackedStatic")
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "portal" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- Language and time ---
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["portal.formats"]

# --- Sign-in ---
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "portal.desk.sign_in.SlowByName",
    "portal.access.places.RightsOfPlace",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")
AXES_ENABLED = not TESTING
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "portal.desk.sign_in.address"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "portal/locked_out.html"
OTP_TOTP_ISSUER = "Cổng một cửa"
# A province's identity provider (portal.access.provider); off unless the first three are set.
OIDC_ISSUER = env.web_address("OIDC_ISSUER", "https://") if env.text("OIDC_ISSUER") else ""
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET")
OIDC_NAME = env.text("OIDC_NAME", "hệ thống đăng nhập của tỉnh")
OIDC_CLAIM = env.text("OIDC_CLAIM", "sub")
OIDC_ALGORITHM = env.one_of("OIDC_ALGORITHM", ["RS256", "ES256"], "RS256")
OIDC_SECOND_FACTOR = env.words_by_name("OIDC_SECOND_FACTOR", ["acr", "amr"])
if OIDC_ISSUER and OIDC_CLIENT_ID and OIDC_CLIENT_SECRET:
    AUTHENTICATION_BACKENDS.append("portal.access.provider_sign_in.ByProvider")  # it gives no rights
SECOND_FACTOR_FROM = env.day("SECOND_FACTOR_FROM")  # roles that must have one: portal.desk.roles
SESSION_COOKIE_AGE = 60 * 60 * 10
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL] if HTTPS else []

# --- Transport security ---
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = False if not HTTPS else env.flag("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
TRUSTED_PROXIES = env.whole("TRUSTED_PROXIES", 0 if EMBEDDED else 1)
# Without a proxy of ours in front, the header is whatever the caller writes.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
# Unfold draws with Alpine, which evaluates expressions: the looser policy stays under /admin/ (portal.security).
ADMIN_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "frame-ancestors": [SELF],
    "frame-src": [SELF],
    "worker-src": [SELF, "blob:"],
}

# --- Files ---
STATIC_URL = "/static/"
STATIC_ROOT = env.made_folder("STATIC_ROOT", VAR_DIR / "static")
MEDIA_ROOT = env.made_folder("MEDIA_ROOT", VAR_DIR / "media")
if MEDIA_ROOT.resolve().is_relative_to(STATIC_ROOT.resolve()):
    raise ImproperlyConfigured(
        "MEDIA_ROOT nằm trong STATIC_ROOT: tệp riêng tư sẽ ai cũng tải được. Hãy tách hai thư mục."
    )
# Certificates of signing authorities as PEM files: with them a signed letter's chain is followed (dossiers.letters).
SIGNATURE_ROOTS = env.folder("SIGNATURE_ROOTS")
STORAGES = {
    # What people send and what is issued to them lies sealed, like the rows; lists and catalogues stay as they came.
    "default": {"BACKEND": "dossiers.privacy.sealed_files.SealedStorage"},
    "plain": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = EMBEDDED or TESTING
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

# --- Cache and broker ---
CACHE_URL = env.text("CACHE_URL")
if CACHE_URL.startswith(("redis://", "rediss://", "unix://")):
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}}
elif CACHE_URL:
    raise ImproperlyConfigured("CACHE_URL không hợp lệ: để trống (dùng cơ sở dữ liệu) hoặc ghi redis://máy:6379/số.")
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "portal_cache",
            "TIMEOUT": 300,
        }
    }
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "embedded")
EMBEDDED_BROKER = CELERY_BROKER_URL == "embedded"
if not EMBEDDED_BROKER and not CELERY_BROKER_URL.startswith(("redis://", "rediss://", "amqp://", "amqps://")):
    raise ImproperlyConfigured("CELERY_BROKER_URL không hợp lệ: ghi embedded, redis://… hoặc amqp://….")
if EMBEDDED_BROKER:
    BROKER_DIR = VAR_DIR / "broker"
    for folder in ("queue", "processed", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = embedded_broker.URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "processed_folder": str(BROKER_DIR / "processed"),
        "control_folder": str(BROKER_DIR / "control"),
        "polling_interval": 0.05,
    }
elif CELERY_BROKER_URL.startswith("redis"):
    # kombu gives a killed worker's tasks back only after interval × throttle: keep both short (docs/van-hanh.md).
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 5,
    }
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 16 if EMBEDDED_BROKER else 4
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_ENABLE_UTC = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TASK_TIME_LIMIT = 60 * 30

# --- Zalo ---
ZALO_OAUTH_BASE_URL = env.web_address("ZALO_OAUTH_BASE_URL", "https://oauth.zaloapp.com")
ZALO_OPENAPI_BASE_URL = env.web_address("ZALO_OPENAPI_BASE_URL", "https://openapi.zalo.me")
ZALO_BUSINESS_BASE_URL = env.web_address("ZALO_BUSINESS_BASE_URL", "https://business.openapi.zalo.me")
# "Kết nối Zalo" is a form that is answered with a redirect to Zalo's consent page.
ADMIN_CONTENT_SECURITY_POLICY["form-action"] = [SELF, ZALO_OAUTH_BASE_URL]
ZALO_MEDIA_HOSTS = env.web_hosts(
    "ZALO_MEDIA_HOSTS", ["zdn.vn", "*.zdn.vn", "zadn.vn", "*.zadn.vn", "*.zalo.me", "*.zaloapp.com"]
)
ZALO_MAX_RATE_PER_MINUTE = env.whole("ZALO_MAX_RATE_PER_MINUTE", 4000)
ZALO_CONCURRENCY = env.whole("ZALO_CONCURRENCY", 50, least=1)

# --- E-mail, errors, logs ---
EMAIL_URL = env.text("EMAIL_URL", "consolemail://")
vars().update(env.email(EMAIL_URL))
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Cổng một cửa <khong-tra-loi@localhost>")
SENTRY_DSN = env.sentry_dsn("SENTRY_DSN")
if SENTRY_DSN:
    error_reports.start(SENTRY_DSN)
METRICS_TOKEN = env.text("METRICS_TOKEN")
LOG_FORMAT = env.one_of("LOG_FORMAT", ["json", "text"], "text" if DEBUG or DEMO or TESTING else "json")
LOGGING_CONFIG = "portal.logs.configure"
LOGGING = {"format": LOG_FORMAT, "level": env.one_of("LOG_LEVEL", ["DEBUG", "INFO", "WARNING", "ERROR"], "INFO")}

# --- API ---
# Hosts (host or host:port) that may be told events although they are inner machines, or without TLS.
CALLBACK_HOSTS = env.web_hosts("CALLBACK_HOSTS", [])
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portal.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["portal.api.authentication.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["portal.api.throttle.PerKey"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.api.parsing.SoundJson"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.api.problems.handle",
    "DEFAULT_METADATA_CLASS": None,  # the schema describes the API; OPTIONS would do it once more, in English
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,  # "?format=xml" is no other format: answers are JSON
}
SPECTACULAR_SETTINGS = {
    "TITLE": "API cổng một cửa",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "StateEnum": "dossiers.states.State.choices",
        "BeginningStateEnum": "portal.api.serializers.BEGINNING_CHOICES",
        "ApplicantKindEnum": "dossiers.models.Applicant.Kind",
        "EventKindEnum": "dossiers.models.DossierEvent.Kind",
        "SubscriptionStateEnum": "portal.api.models.Subscription.State",
        "DeliveryStateEnum": "portal.api.models.Delivery.State",
    },
}
IMPORT_EXPORT_USE_TRANSACTIONS = True
from portal.desk.unfold import UNFOLD  # noqa: E402, F401

LOGS_KEPT_BY_DATABASE = True  # the database refuses to change or remove lines of logs (portal.audit.triggers)
USE_COUNTS_EVERY = 30  # seconds between writings of the figures of use (portal.content.use)

# --- Silenced on purpose ---
# W161 takes a constant time of day for a "now" written by mistake, for twenty seconds a day.
SILENCED_SYSTEM_CHECKS: list[str] = ["fields.W161"]
