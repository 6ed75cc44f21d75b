"""A server that takes its time, to find browser tests that look before the page has come.

`TEST_SLOW_PAGES=0.3 pytest -m browser` sends the head of every page at once and its body so many seconds later: the
browser has then left the old page and shows nothing of the new one. The line is slow too, so that scripts come later
than the page. A test that passes waits for what it looks at.
"""

import os
import time

from django.http import StreamingHttpResponse

SECONDS = float(os.environ.get("TEST_SLOW_PAGES") or 0)


def hold_back(get_response):
    def answer(request):
        response = get_response(request)
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        slow = StreamingHttpResponse(_in_two(response.content), status=response.status_code, headers=response.headers)
        slow.cookies = response.cookies
        return slow

    return answer


def _in_two(content: bytes):
    head, found, body = content.partition(b"<body")
    yield head
    time.sleep(SECONDS)
    yield found + body


def slow_down_the_line(page) -> None:
    """Let every answer travel to this page that many seconds longer."""
    conditions = {"offline": False, "latency": SECONDS * 1000, "downloadThroughput": -1, "uploadThroughput": -1}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", conditions)
