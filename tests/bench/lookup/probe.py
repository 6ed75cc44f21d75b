"""Write "token code" lines of random dossiers for the look-up measurement; print how many queries one takes.

What the look-ups will read is read once before: the measurement is about how cost grows with the table, not about how
fast this machine's disk brings in a page for the first time.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path


def main(path: str, wanted: int) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from dossiers.models import Dossier, DossierEvent

    last = Dossier.objects.order_by("-id").values_list("id", flat=True).first()
    picked = random.Random(1).sample(range(1, last + 1), min(wanted, last))
    rows: list[tuple[str, str]] = []
    for first in range(0, len(picked), 5000):
        rows += Dossier.objects.filter(id__in=picked[first : first + 5000]).values_list("token", "code")
    for first in range(0, len(rows), 500):
        tokens, codes = zip(*rows[first : first + 500], strict=True)
        ids = Dossier.objects.filter(token__in=tokens).values_list("id", flat=True)
        list(Dossier.objects.filter(code__in=codes).values("due_explanation"))
        list(DossierEvent.objects.filter(dossier__in=list(ids)).values("facts"))
    random.Random(2).shuffle(rows)
    Path(path).write_text("".join(f"{token} {code}\n" for token, code in rows))
    token, code = rows[0]
    client, counted = Client(SERVER_NAME="localhost"), {}
    for way in ("token", "code"):
        for _time in range(2):
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(f"/h/{token}/") if way == "token" else client.post("/tra-cuu/", {"number": code})
        assert answer.status_code == 200, answer.status_code
        counted[way] = len(queries)
    print(json.dumps(counted))


if __name__ == "__main__":
    import django

    django.setup()
    main(sys.argv[1], int(sys.argv[2]))
