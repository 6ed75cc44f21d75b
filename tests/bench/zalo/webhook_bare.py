"""The limit measured beside the webhook: settings and one view that does one INSERT of the same body, no middleware.

Written as a Django developer would in five minutes: `Model.objects.create`, csrf exempt. `BARE_SQL=1` makes the INSERT
a plain statement, a stricter limit.
"""

import os

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.zalo.webhook_bare_urls"
MIDDLEWARE: list[str] = []
WSGI_APPLICATION = None
BARE_SQL = os.environ.get("BARE_SQL") == "1"
