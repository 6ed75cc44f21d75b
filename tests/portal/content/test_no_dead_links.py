"""R16: no link of a page, of the menu, of a chat answer or of the desk's public addresses ends in 404."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.utils import timezone

from dossiers.models import Procedure
from portal.content import information
from portal.content.models import Link
from portal.pages.life_events import life_events
from tests import factories
from tests.portal.content.test_public import told
from tests.zalo.chat.talk import Citizen, channel_of
from zalo.account import oa_menu
from zalo.chat.commands import all_commands

pytestmark = pytest.mark.django_db
LINKS = re.compile(r'(?:href|src|action)="([^"]+)"')
WRITTEN = re.compile(r"https?://[^\s<>\"”)\\]+")
MOST = 400
ELSEWHERE = ("mailto:", "tel:", "data:", "#", "javascript:")


def leads_to(address: str) -> str:
    """Return the path on this site an address leads to; "" for one elsewhere."""
    address = unescape(address).strip()
    if not address or address.startswith(ELSEWHERE):
        return ""
    parts = urlsplit(address)
    ours = not parts.netloc or address.startswith(f"{settings.PUBLIC_BASE_URL}/") or parts.netloc == "testserver"
    if not ours:
        return ""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def crawl(client, starts) -> tuple[dict[str, str], set[str]]:
    """Return {path that ended badly: the page that leads there} and every path opened."""
    waiting, seen, dead = [(path, "start") for path in starts], set(), {}
    while waiting and len(seen) < MOST:
        path, place = waiting.pop(0)
        if path in seen or path.startswith(("/static/", "/admin/", "/tuy-chon/")):
            continue
        seen.add(path)
        answer = client.get(path)
        if answer.status_code >= 400 and answer.status_code != 405:
            dead[path] = f"{answer.status_code} from {place}"
        if answer.streaming or not answer.get("Content-Type", "").startswith("text/html"):
            continue
        page = answer.content.decode()
        base = urlsplit(path).path
        found = [link if not link.startswith("?") else base + link for link in map(unescape, LINKS.findall(page))]
        waiting += [(target, path) for target in map(leads_to, found) if target and target not in seen]
    return dead, seen


@pytest.fixture
def town(centre, procedure):
    told(centre, "news", "Tin một")
    told(centre, "guide", "Cách quét mã")
    told(centre, "support", "Hỗ trợ tận nhà")
    day = dt.date(2026, 1, 1)
    told(centre, "regulation", "Quy chế kênh", doc_number="1/QC", doc_date=day)
    told(centre, "policy", "Giảm phí", doc_number="2/NQ", doc_date=day, effective_on=day)
    told(centre, "emergency", "Bão", summary="Ở nhà", shown_until=timezone.now() + dt.timedelta(days=1))
    Link.objects.create(title="Cổng tỉnh", address="https://www.tayninh.gov.vn/")
    return centre, procedure, channel_of(centre)


def test_no_link_of_a_public_page_is_dead_in_either_language(client, town):
    centre, procedure, _account = town
    dossier = factories.dossier(centre, procedure)
    starts = ["/", "/sitemap.xml", "/thu-tuc/thay-doi/", f"/h/{dossier.token}/", "/tim/?q=khai+sinh"]
    starts += [f"/viec/{event.slug}/" for event in life_events()]
    sitemap = client.get("/sitemap.xml").content.decode()
    starts += [leads_to(address) for address in re.findall(r"<loc>([^<]+)</loc>", sitemap)]
    dead, seen = crawl(client, starts)
    assert not dead, dead
    kinds = {"/tin-tuc/tin-mot/", "/huong-dan/cach-quet-ma/", "/quy-che/quy-che-kenh/", "/ho-tro/ho-tro-tan-nha/"}
    assert kinds <= seen and f"/bao-chi/{centre.agency.code}.zip" in seen and "/tin-tuc/tin-mot/doc-loa/" in seen
    dead, _seen = crawl(client, ["/?lang=en"])
    assert not dead, dead


def test_no_line_of_the_menu_and_no_answer_of_the_chat_leads_nowhere(client, town):
    _centre, procedure, account = town
    oa_menu.make_usual(account, today=timezone.localdate())
    paths = {leads_to(item.payload) for item in account.menu.all() if item.act == "url"}
    citizen = Citizen(account, timezone.now())
    citizen.follows()
    asked = ["tin tức", "thông tin", "hướng dẫn", "menu", "hỗ trợ", "nộp hồ sơ", "góp ý", "đánh giá", "hồ sơ của tôi"]
    asked += [f"thủ tục {procedure.name}", *[command.phrases[0] for command in all_commands() if command.phrases]]
    for words in asked:
        said = citizen.says(words)
        # Every column of the line, its buttons among them.
        paths |= {leads_to(address.rstrip(".,;'")) for address in WRITTEN.findall(str(vars(said)) if said else "")}
    paths.discard("")
    assert {"/tin-tuc/", "/thong-tin/", "/huong-dan/"} <= paths
    dead = {path: status for path in paths if (status := client.get(path).status_code) >= 400}
    assert not dead, dead


def test_what_rooms_register_as_information_opens(client, town):
    entries = [entry for _name, _title, found in information.sections() for entry in found]
    dead = [entry.address for entry in entries if not entry.elsewhere and client.get(entry.address).status_code >= 400]
    assert not dead


def test_every_life_event_names_procedures_of_the_catalogue(client, town):
    for event in life_events():
        for step in event.steps:
            Procedure.objects.get_or_create(code=step.codes[0], defaults={"name": f"Thủ tục {step.codes[0]}"})
    for event in life_events():
        page = client.get(f"/viec/{event.slug}/").content.decode()
        shown = re.findall(r'<li>\s*<a href="/thu-tuc/([^/]+)/">', page)
        assert len(shown) == len({step.codes[0] for step in event.steps}), event.slug


def test_a_catalogue_without_a_procedure_of_a_life_event_leaves_the_step_out(client, town):
    Procedure.objects.all().delete()
    for name in ("Cấp Phiếu lý lịch tư pháp", "Đăng ký thành lập hộ kinh doanh"):
        Procedure.objects.create(code=f"9.{len(name):06}", name=name)
    page = client.get("/viec/mo-quan/").content.decode()
    assert "Đăng ký thành lập hộ kinh doanh" in page and "lý lịch" not in page
