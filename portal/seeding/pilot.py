"""The pilot seed: two centres of the sources under today's names, with a month of dossiers behind them."""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from importlib.util import find_spec
from random import Random

from django.contrib.auth.models import User
from django.db import transaction

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency, Dossier, Procedure
from dossiers.models.applicant import ID_PURPOSE
from dossiers.privacy.sealing import keyed_hashes
from dossiers.read_once import reading_once
from dossiers.states import OPEN
from feedback.models import Case, FaqEntry, Rating
from feedback.seeding import month as voices
from portal.desk import roles
from portal.seeding import agencies, catalogue, holidays, month, persons, staff

DOSSIERS = 300
STANDS = "Dữ liệu chạy thử đã có từ trước, không thêm gì."

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
    with transaction.atomic():
        lines = begin(now=now, seed=seed)
        if lines is None:
            return [STANDS]
        play(now=now, seed=seed, dossiers=dossiers)
        voice(now=now, seed=seed, dossiers=dossiers)
        return [*lines, *finish(now=now, seed=seed, dossiers=dossiers)]


def begin(*, now: dt.datetime, seed: int) -> list[str] | None:
    """Write who works there by what rules, where it is missing; None when a month has been played before."""
    today = now.astimezone(ZONE).date()
    roles.ensure()
    agencies.plant(today, today - dt.timedelta(days=month.DAYS + 4))
    staff.engage()
    holidays.confirm(now, today, User.objects.get(username="admin"))
    catalogue.plant(today)
    return None if month.already_played() else _asked("prepare", now, seed)


def play(*, now: dt.datetime, seed: int, dossiers: int, centres: tuple[str, ...] = month.CENTRES) -> None:
    """Play the month of these centres. What one does touches no row of another's."""
    with reading_once():
        month.play(catalogue.commons(), now=now, seed=seed, dossiers=dossiers, centres=centres)


def voice(*, now: dt.datetime, seed: int, dossiers: int) -> None:
    """Let the citizens of both centres ask and complain; touches no row of `play`."""
    with reading_once():
        voices.seed_cases(_centres(), now.astimezone(ZONE).date(), Random(f"voice-{seed}"), _cases(dossiers))


def finish(*, now: dt.datetime, seed: int, dossiers: int) -> list[str]:
    """Add what looks back on the whole month; return the lines of all of it."""
    procedures = Procedure.objects.count()
    with reading_once():
        dice = Random(f"ratings-{seed}")
        voices.seed_ratings(_centres(), now.astimezone(ZONE).date(), dice, _cases(dossiers))
    return [
        f"{month.received()} hồ sơ trong {month.DAYS} ngày tại hai trung tâm, {procedures} thủ tục.",
        f"{Case.objects.count()} phản ánh, hỏi đáp; {Rating.objects.count()} lượt đánh giá;"
        f" {FaqEntry.objects.count()} câu hỏi thường gặp.",
        *_asked("seed_month", now, seed),
    ]


def _centres() -> list[Agency]:
    return list(Agency.objects.filter(code__in=month.CENTRES).order_by("code"))


def _cases(dossiers: int) -> int:
    return min(100, dossiers // 3)


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
