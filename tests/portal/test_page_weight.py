"""What a phone loads at its first page: letters, style, icons and the page itself, without compression (S5-20)."""

from __future__ import annotations

import datetime as dt
import gzip
import re

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.utils import timezone

from dossiers.models import Field
from portal.packed import packed
from tests import factories, people

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
MOST = 100_000
FROM_STYLE = re.compile(r'url\("?([^")]+)"?\)')
FROM_PAGE = re.compile(r'(?:href|src)="/static/([^"#?]+)')


def weight(html: str) -> dict[str, int]:
    """Return the bytes of every file the page asks for at once; every letter of every weight counts."""
    found = {"": len(html.encode())}
    names = set(FROM_PAGE.findall(html))
    for name in set(names):
        if name.endswith(".css"):
            with open(finders.find(name), encoding="utf-8") as sheet:
                folder = name.rpartition("/")[0]
                names |= {
                    f"{folder}/{each}" for each in FROM_STYLE.findall(sheet.read()) if not each.startswith("data")
                }
    for name in names:
        with open(finders.find(name), "rb") as file:
            found[name] = len(file.read())
    return found


def test_every_public_page_stays_under_100_kilobytes(client, centre, procedure):
    dossier = factories.dossier(centre, procedure)
    # The national catalogue names 145 fields, and procedures in a hundred words.
    for number in range(20):
        people.procedure(code=f"9.{number:06}", name=f"Đăng ký biến động quyền sử dụng đất {number}; " * 6)
    Field.objects.bulk_create(Field(name=f"Hỗ trợ doanh nghiệp nhỏ {n}") for n in range(145))
    pages = ["/", "/tra-cuu/", "/thu-tuc/", f"/thu-tuc/{procedure.code}/", "/nop-ho-so/", "/tin-tuc/", "/thong-tin/"]
    pages += ["/huong-dan/", "/ho-tro/", "/quy-che/", "/gop-y/", f"/h/{dossier.token}/", "/khong-mang/", "/bao-chi/"]
    pages += ["/nhan-tin/", "/nhan-tin/thu/", "/so-lieu/"]
    weights = {address: weight(client.get(address).content.decode()) for address in pages}
    assert {address: sum(files.values()) for address, files in weights.items() if sum(files.values()) > MOST} == {}
    print({address: sum(files.values()) for address, files in weights.items()})
    described = [client.get(address).content.decode().count('<meta name="description"') for address in pages]
    assert described == [1] * len(pages)


def test_what_holds_no_secret_is_sent_compressed_and_nothing_else(client, centre, procedure):
    dossier = factories.dossier(centre, procedure)
    packs = {"headers": {"accept-encoding": "gzip"}}
    for address in ("/", "/thu-tuc/", f"/thu-tuc/{procedure.code}/", "/huong-dan/", "/static/portal/site.css"):
        answer = client.get(address, **packs)
        assert answer["Content-Encoding"] == "gzip" and "Accept-Encoding" in answer["Vary"], address
        whole = gzip.decompress(b"".join(answer) if answer.streaming else answer.content)
        assert b"csrfmiddlewaretoken" not in whole and "Content-Encoding" not in client.get(address), address
    tag = client.get("/static/portal/site.css", **packs).headers.get("ETag")
    if tag:
        again = client.get("/static/portal/site.css", **packs, HTTP_IF_NONE_MATCH=tag)
        assert again.status_code == 304
    part = client.get("/static/portal/site.css", headers={"accept-encoding": "gzip", "range": "bytes=0-99"})
    assert part.status_code == 206 and "Content-Encoding" not in part
    part.close()
    with_form = packed(lambda request: HttpResponse(f"{get_token(request)} {'x' * 999}"))
    asks = RequestFactory().get("/", **packs)
    assert "Content-Encoding" not in with_form(asks)
    for address in (f"/h/{dossier.token}/", "/tra-cuu/", "/gop-y/", "/admin/login/"):
        assert "Content-Encoding" not in client.get(address, **packs), address
    assert "Content-Encoding" not in client.get("/static/portal/fonts/bvp-vietnamese-400.woff2", **packs)


def test_letters_are_woff2_and_few(client, db):
    files = weight(client.get("/").content.decode())
    letters = {name: size for name, size in files.items() if "/fonts/" in name}
    assert letters and all(name.endswith(".woff2") for name in letters) and sum(letters.values()) < 30_000


def test_the_page_for_no_connection_and_its_worker(client, centre):
    page = client.get("/khong-mang/").content.decode()
    assert "Không có mạng" in page and "tel:" in page
    worker = client.get("/khong-mang.js")
    assert worker["Content-Type"].startswith("text/javascript") and b'"/khong-mang/"' in worker.content
    kept = re.findall(r'"(/static/[^"]+)"', worker.content.decode())
    assert kept and all(finders.find(name.removeprefix("/static/")) for name in kept)
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        assert client.get("/khong-mang.js").content != worker.content, "telephone numbers change: fetched anew daily"
    assert client.get("/ung-dung.webmanifest").json()["start_url"] == "/"
