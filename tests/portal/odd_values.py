"""Every form, filter and field of the product, read from its own pages, and the values nobody expects in them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

from tests.portal.staff_walk import addresses

ROOMS = [Path(__file__).resolve().parents[2] / app for app in ("portal", "zalo", "feedback", "dossiers")]
ODD = [
    "",
    " ",
    "²",
    "³²",
    "٣",
    "１２",
    "-1",
    "0",
    "1.5",
    "1,5",
    "1_000",
    "0x10",
    "1e400",
    "NaN",
    "Infinity",
    "2147483648",
    "9223372036854775808",
    "-9223372036854775809",
    "9" * 30,
    "9" * 5000,
    "0001-01-01",
    "9999-12-31",
    "01/01/0001",
    "31/12/9999",
    "29/02/2027",
    "2027-02-29",
    "2026-11-16",
    "16/11/2026",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "31/12/9999 23:59",
    "00:00",
    "24:00",
    "99:99",
    "2026-W47",
    "0000",
    "9999",
    "\x00",
    "a\x00b",
    "\ud800",
    "e\u0323\u0302",
    "\u202eabc",
    "😀" * 40,
    "Đ" * 300,
    "x" * 20_000,
    "null",
    "None",
    "true",
    "[]",
    "{}",
    "[" * 5000,
    '{"a":' * 3000,
    "%",
    "_",
    "\\",
    "'\"<>&;--",
    "\r\nX: 1",
    "../../etc",
    "1.1",
    "9.9.9",
    "-",
    ".",
    "١.٢",
    "².²",
    "12:²",
    "data:image/png;base64,AAAA",
    "https://[",
    "//x",
    "javascript:1",
]
HEADERS = {
    "Accept": "²;q=x",
    "Accept-Language": "²-²;q=9e999, *",
    "Authorization": "Api-Key ².²",
    "Content-Type": "application/x-www-form-urlencoded; charset=zip",
    "Cookie": "language=²; sessionid=\xb2; csrftoken=\xb2; messages=²",
    "Host": "²",
    "If-Modified-Since": "Mon, 01 Jan 0001 00:00:00 GMT",
    "If-None-Match": "²",
    "Range": "bytes=²-²",
    "Referer": "https://[",
    "Origin": "https://[",
    "X-Forwarded-For": "²,, ,",
    "X-Forwarded-Proto": "²",
    "X-ZEvent-Signature": "²",
}


@dataclass(frozen=True)
class Form:
    """A form as a page shows it, or the filters of a page (`method` get)."""

    page: str
    action: str
    method: str
    fields: tuple[tuple[str, str], ...]
    multipart: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.action} ({len(self.fields)} fields)"


@dataclass
class _Reader(HTMLParser):
    """Collects the forms, the links and the filters of one page."""

    page: str
    forms: list[Form] = field(default_factory=list)
    links: set[str] = field(default_factory=set)
    filters: set[str] = field(default_factory=set)
    _open: dict | None = None
    _select: str = ""

    def __post_init__(self):
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = {"attrs": given, "fields": {}}
        elif tag == "a" and (given.get("href") or "#")[0] != "#":
            self._link(given["href"])
        elif tag == "select":
            self._select = given.get("name", "")
            self._keep(self._select, "")
        elif tag == "option" and self._select and "selected" in given:
            self._keep(self._select, given.get("value", ""))
        elif tag in {"input", "textarea", "button"} and given.get("name"):
            if given.get("type") not in {"checkbox", "radio"} or "checked" in given or given["name"] not in self._names:
                self._keep(given["name"], given.get("value", ""))

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = ""
        elif tag == "form" and self._open:
            given, fields = self._open["attrs"], self._open["fields"]
            self.forms.append(
                Form(
                    self.page,
                    urlsplit(urljoin(self.page, given.get("action") or self.page)).path,
                    given.get("method", "get").lower(),
                    tuple(sorted(fields.items())),
                    given.get("enctype", "") == "multipart/form-data",
                )
            )
            self._open = None

    @property
    def _names(self) -> dict[str, str]:
        return self._open["fields"] if self._open else {}

    def _keep(self, name: str, value: str) -> None:
        if self._open is not None and name and name != "csrfmiddlewaretoken":
            self._open["fields"][name] = value

    def _link(self, href: str) -> None:
        parts = urlsplit(urljoin("http://testserver" + self.page, href))
        if parts.netloc == "testserver":
            self.links.add(parts.path)
            self.filters.update(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))


def asked_names() -> list[str]:
    """Return every name that some view reads from the query or the form, as the sources write it."""
    found: set[str] = set()
    for room in ROOMS:
        for path in room.rglob("*.py"):
            found.update(
                re.findall(r"\b(?:GET|POST|query_params)(?:\.get|\.getlist)?[(\[]\"([^\"]+)\"", path.read_text("utf-8"))
            )
    return sorted(found)


def read_pages(client, starts: list[str], *, most: int = 600) -> list[Form]:
    """Return every form and every set of filters on the pages reached from `starts`."""
    seen: set[str] = set()
    shapes: set[str] = set()
    queue, forms = list(starts), {}
    while queue and len(seen) < most:
        page = queue.pop(0)
        shape = re.sub(r"\d+", "0", page)
        if page in seen or (shape in shapes and page not in starts) or "logout" in page or page.startswith("/static/"):
            continue
        seen.add(page)
        shapes.add(shape)
        answer = client.get(page)
        assert answer.status_code < 500, page
        if answer.status_code != 200 or not answer.get("Content-Type", "").startswith("text/html"):
            continue
        reader = _Reader(page)
        reader.feed(answer.content.decode("utf-8"))
        queue += sorted(reader.links - seen)
        for form in reader.forms:
            if "logout" not in form.action:
                forms[form.method, re.sub(r"\d+", "0", form.action), tuple(name for name, _ in form.fields)] = form
        names = tuple((name, "") for name in sorted(reader.filters))
        forms["get", shape, names] = Form(page, page, "get", names)
    return list(forms.values())


def starts(world) -> list[str]:
    """Return where reading the product begins: every address of the desk and the public doors."""
    tokens = [f"/h/{world.dossier.token}/", f"/gop-y/{world.case.token}/", f"/x/{world.paper.token}/"]
    public = "/ /tra-cuu/ /thu-tuc/ /nop-ho-so/ /gop-y/ /danh-gia/ /huong-dan/ /ho-tro/ /quy-che/".split()
    return [address for address, _ in addresses(world)] + public + tokens
