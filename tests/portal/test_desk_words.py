"""No page of the desk speaks a programmer's language: every page, as every role, against a list of words; and the way
that stands over it is true.

The list names what was once seen on a page; a new page is walked by itself (tests.portal.staff_walk).
"""

from __future__ import annotations

import html
import re

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth.models import User
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from portal.celery import BEAT_SCHEDULE
from portal.desk import technical
from tests.browser.desk_world import DeskWorld
from tests.portal.staff_walk import WITHOUT_LOGIN, addresses
from tests.portal.way_of_pages import way_faults

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

WORDS = re.compile(
    r"\b(webhooks?|sha-?256|mã băm|làn|crontab|cron|\(m/h/dM|pbkdf2\w*|argon2\w*|salt|hash|agency|agencies|json|uuid|"
    r"payload|endpoint|broker|worker|celery|queryset|exception|traceback|None|null|true|false|undefined|NaN|"
    r"axes|celery beat|kwargs|args|slug|boolean|foreign key|id_token|access_token|refresh_token|"
    r"user agent|ip address|username|password|"
    r"tokens?|api keys?|callbacks?|queues?|cache|timeouts?|debug|redis|sqlite|django|regex|csrf|backend|frontend|"
    r"dashboard|hooks?|schema|migrations?|blob|parameters?|requests?|response|status code|"
    r"search|filters?|save|delete|history|select|import|export|home|welcome|remove|apply|reset|cancel|close|submit|"
    r"log out|general|show all|please|objects?|today|choose|go back|change|view|actions?|results?|record)\b|\[\]|"
    r"\{\}|\* \*",
    re.IGNORECASE,
)
# Words that are Vietnamese, a proper name or what stands printed in another system, where a person is to look for it.
RIGHT = re.compile(
    r"làn (?:sóng|đường)|Official Account|“[^”]*”|`[^`]*`|\b(?:Android|iOS)\b|\{[a-z_]+\}|"
    r"https?://\S+|\S+@\S+|/[\w/.-]+\b|Mozilla/\S.*",
    re.IGNORECASE,
)
KNOWN = {("feedback_questionset_change", "result")}
"""The name of a question in the export of ratings: typed once by whoever makes a set."""
_DROPPED = re.compile(r"<(script|style|template|svg|textarea|pre|code)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_ICON = re.compile(r"<span[^>]*material-symbols[^>]*>.*?</span>", re.DOTALL)
_TAG = re.compile(r"""<(?:"[^"]*"|'[^']*'|[^>"'])*>""")
_TITLES = re.compile(r'\b(?:title|placeholder|aria-label|alt)="([^"]*)"')
FILES = re.compile(r"logout|jsi18n|autocomplete|print|paper|sheet|csv|export|file|media|_search$")
ROLES = ("clerk", "handler", "leader", "supervisor", "editor", "administrator")


def read(body: str) -> str:
    """Return what a person reads or hears of a page."""
    body = _ICON.sub(" ", _DROPPED.sub(" ", body))
    heard = " · ".join(_TITLES.findall(body))
    return RIGHT.sub(" ", html.unescape(f"{_TAG.sub(' ', body)} · {heard}"))


def found_by(client, pages: list[tuple[str, str]]) -> set[str]:
    """Return what the list finds on the pages, each with the words around it, and what is untrue of the way to them."""
    found = set()
    for address, name in pages:
        answer = client.get(address)
        if answer.status_code != 200 or "html" not in answer.get("Content-Type", ""):
            continue
        page = answer.content.decode()
        found |= set(way_faults(address, page)) if name not in WITHOUT_LOGIN else set()
        words = read(page)
        for hit in WORDS.finditer(words):
            if (name, hit[0]) in KNOWN:
                continue
            around = " ".join(words[max(0, hit.start() - 40) : hit.end() + 40].split())
            found.add(f"{name or address}: {hit[0]} … {around}")
    return found


def sign_ins_and_schedules(root) -> None:
    """Put a row of each kind on the operator's pages."""
    for name, entry in BEAT_SCHEDULE.items():
        when = entry["schedule"]
        every = (
            IntervalSchedule.objects.get_or_create(every=60, period="seconds")[0] if isinstance(when, float) else None
        )
        fixed = None if every else CrontabSchedule.from_schedule(when)
        if fixed:
            fixed.save()
        PeriodicTask.objects.create(name=name, task=entry["task"], interval=every, crontab=fixed)
    where = {
        "username": root.username,
        "ip_address": "203.0.113.9",
        "user_agent": "Mozilla/5.0",
        "path_info": "/admin/",
    }
    AccessLog.objects.create(**where)
    AccessAttempt.objects.create(**where, failures_since_start=1, get_data="", post_data="")


def test_every_periodic_work_has_words():
    assert set(BEAT_SCHEDULE) <= set(technical.WORK)
    words = {technical.crontab_words(CrontabSchedule.from_schedule(each["schedule"]))
             for each in BEAT_SCHEDULE.values() if not isinstance(each["schedule"], float)}  # fmt: skip
    assert {"mỗi 30 phút", "lúc 07:15 hằng ngày", "phút 15, 45 mỗi giờ"} <= words


def test_no_page_speaks_a_programmers_language_and_the_way_to_each_is_true(client):
    """Every page as the superuser, who sees them all; each role the pages of its own sidebar, as they are for it."""
    world = DeskWorld()
    root = User.objects.create_superuser("goc", password="x", first_name="Gốc")
    sign_ins_and_schedules(root)
    client.force_login(root)
    found = found_by(client, [each for each in addresses(world) if not FILES.search(each[1])])
    for role in ROLES:
        client.force_login(getattr(world.centre, role))
        home = client.get(reverse("admin:index"))
        lines = [item for group in home.context["sidebar_navigation"] for item in group["items"]]
        found |= found_by(client, [(str(line["link"]), role) for line in lines if line["has_permission"]])
    assert not found, "\n".join(sorted(found))


def test_the_list_finds_what_it_is_for():
    page = (
        "<p>Webhook vừa nhận</p><span class='material-symbols-outlined'>search</span><b>Làn</b><i title=\"Agency\"></i>"
    )
    assert {hit[0] for hit in WORDS.finditer(read(page.replace("'", '"')))} == {"Webhook", "Làn", "Agency"}
    words = "payload token tokens, API key; callback queue Redis, pbkdf2_sha256$600000$ab, SHA-256, 0 7 * * *"
    assert len(WORDS.findall(read(f"<p>{words}</p>"))) == 10
    assert not WORDS.search(read("<p>Tìm hồ sơ, tải về Sổ theo dõi</p>"))
