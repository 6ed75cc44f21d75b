"""A one-stop software tells the portal of a dossier and its steps; standard library alone.

PORTAL=https://… KEY=… python one_stop.py H80.05-20261116-0000042
"""

import datetime as dt
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

PORTAL, KEY = os.environ["PORTAL"].rstrip("/"), os.environ["KEY"]
AGENCY, PROCEDURE = os.environ.get("AGENCY", "H80.05.01"), os.environ.get("PROCEDURE", "1.001193")


def call(method, path, body=None):
    """Return (status, document). A refusal is a document too: its "detail" and "errors" say what to mend."""
    data = json.dumps(body).encode() if body is not None else None
    headers = {"Authorization": f"Api-Key {KEY}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{PORTAL}/api/v1/{path}", data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


def main():
    code = urllib.parse.quote(sys.argv[1], safe="")
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    received = (now - dt.timedelta(hours=2)).isoformat()
    dossier = {
        "procedure_code": PROCEDURE,
        "agency_code": AGENCY,
        "applicant": {"full_name": "Nguyễn Văn An", "phone": "0912345678"},
        "received_at": received,
    }
    status, document = call("PUT", f"dossiers/{code}", dossier)
    print(status, document.get("state_label") or document["detail"])
    for error in document.get("errors", []):
        print("  cần sửa:", error["field"], error["detail"])
    if status >= 400:
        sys.exit(1)
    for warning in document.get("warnings", []):
        print("  cần xem:", warning["field"], warning["detail"])
    step = {"id": f"{code}-1", "state": "appraising", "at": (now - dt.timedelta(hours=1)).isoformat()}
    status, document = call("POST", f"dossiers/{code}/events", step)
    print(status, document.get("label") or document["detail"])
    # Not sure whether it arrived? Send it again: the same id is one event (200).
    print(call("POST", f"dossiers/{code}/events", step)[0])


if __name__ == "__main__":
    main()
