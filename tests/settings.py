"""Settings of the test run: the product's own, with the few changes that tests need."""

import os
import tempfile

os.environ.setdefault("PORTAL_TESTING", "true")
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="portal-tests-"))
os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 50)
os.environ.setdefault("FIELD_ENCRYPTION_KEYS", "dGVzdC1vbmx5LWtleS10ZXN0LW9ubHkta2V5LTEyMzQ")
os.environ.setdefault("EMAIL_URL", "memorymail://")

from portal.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
ALLOWED_HOSTS = ["*"]
# SQLite empties tables between tests line by line, which is what the triggers refuse; PostgreSQL has them throughout.
LOGS_KEPT_BY_DATABASE = "postgresql" in DATABASES["default"]["ENGINE"]  # noqa: F405
USE_COUNTS_EVERY = 10**9  # tests write the figures of use when they want to
if os.environ.get("TEST_SLOW_PAGES"):
    MIDDLEWARE = ["tests.slow_pages.hold_back", *MIDDLEWARE]  # noqa: F405
