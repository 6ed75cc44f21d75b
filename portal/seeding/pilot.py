"""The pilot seed: two centres of the sources under today's names, with a month of dossiers behind them."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from importlib.util import find_spec
from random import Random

from django.contrib.auth.models import User
from django.db import transaction

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency, Dossier
from dossiers.models.applicant import ID_PURPOSE
from dossiers.privacy.sealing import keyed_hashes
from dossiers.read_once import reading_once
from dossiers.states import OPEN
from feedback.seeding.month import seed_month
from portal.desk import roles
from portal.seeding import agencies, catalogue, holidays, month, persons, staff

DOSSIERS = 300

# Modules of other parts that add to the month, asked in this order. Each may offer
#   prepare(*, now, seed)     before the dossiers (what must be there when their events are told), and
#   seed_month(*, now, seed)  after them; both return a Vietnamese line of what was added, or "".
PARTS = (
    "zalo.seeding.channel",
    "portal.datasets.seeding",
    "portal.submission.seeding",
    "portal.print_studio.seeding",
    "portal.seeding.told",
    "zalo.seeding.broadcasts",
    "portal.correspondence.seeding",
    "portal.reporting.seeding",
)


def sow(*, now: dt.datetime, seed: int = 1, dossiers: int = DOSSIERS) -> list[str]:
    """Return Vietnamese lines of what was written; a second run adds nothing. All or nothing: one transaction."""
    today = now.astimezone(ZONE).date()
    with transaction.atomic():
        roles.ensure()
        agencies.plant(today, today - dt.timedelta(days=month.DAYS + 4))
        staff.engage()
        holidays.confirm(now, today, User.objects.get(username="admin"))
        commons = catalogue.plant(today)
        if month.already_played():
            return ["Dữ liệu chạy thử đã có từ trước, không thêm gì."]
        lines = _asked("prepare", now, seed)
        with reading_once():
            received = month.play(commons, now=now, seed=seed, dossiers=dossiers)
        lines.append(f"{received} hồ sơ trong {month.DAYS} ngày tại hai trung tâm, {len(commons)} thủ tục.")
        with reading_once():
            lines.append(_voice(today, seed, min(100, dossiers // 3)))
        return [*lines, *_asked("seed_month", now, seed)]


def _voice(today: dt.date, seed: int, cases: int) -> str:
    """Let the citizens of both centres ask, complain and rate; return what was made in a line."""
    centres = list(Agency.objects.filter(code__in=[agencies.CAN_GIUOC, agencies.PROVINCE_CENTRE]).order_by("code"))
    made = seed_month(centres, today, Random(f"voice-{seed}"), cases)
    return f"{made.cases} phản ánh, hỏi đáp; {made.ratings} lượt đánh giá; {made.faq} câu hỏi thường gặp."


def offer(part: str, name: str):
    """Return what a part of the installation offers under a name; None when it has no seed of its own."""
    try:
        found = find_spec(part)
    except ModuleNotFoundError:  # its package is not there either
        return None
    return getattr(import_module(part), name, None) if found else None


def _asked(name: str, now: dt.datetime, seed: int) -> list[str]:
    lines = []
    for part in PARTS:
        offered = offer(part, name)
        if offered is not None:
            lines.append(offered(now=now, seed=seed))
    return [str(line) for line in lines if line]


def sample() -> dict | None:
    """Return code, owner's name and last four digits of the phone of a dossier worth looking up; None without one."""
    known = {person.id_number: person for person in persons.WITH_SIMULATED_PHONE}
    ids = [hash_ for number in known for hash_ in keyed_hashes(number, ID_PURPOSE)]
    rows = Dossier.objects.filter(submitter__id_hash__in=ids).select_related("submitter")
    row = rows.filter(state__in=OPEN).order_by("-id").first() or rows.order_by("-id").first()
    row = row or Dossier.objects.exclude(submitter__phone="").select_related("submitter").order_by("-id").first()
    if row is None:
        return None
    return {"code": row.code, "name": row.submitter.full_name, "phone_end": row.submitter.phone[-4:]}
