"""The limit measured beside the look-up: settings and one view that does no more than it must.

One SELECT by code, one for its events, a Django template of about the same size, no middleware; connections kept and
checked as Django's documentation advises. Written as a Django developer would write it in five minutes, so that the
comparison is with a plain good view and not with a slow one.
"""

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.lookup.bare_urls"
MIDDLEWARE: list[str] = []
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"  # noqa: F405 (ours asks less often: portal.postgresql)
WSGI_APPLICATION = None
