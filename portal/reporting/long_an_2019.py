"""The month of the sources: what Báo cáo 1149/BC-STTTT (12/7/2019) reports, as rows to count, and the words it used.

560 people, of whom 336, 202 and 22 give 60, 36 and 4 %; 4.694 messages at two centres from 06/6 to 06/7/2019. Which
person followed on which day the source does not say: spread evenly. Its sentence "khoảng 12 người mỗi ngày" is kept as
written, for the checks to find.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

from django.db import transaction

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Agency, AgencyVersion
from feedback.figures.periods import Period
from portal.reporting import keeping
from portal.reporting.models import Report
from portal.reporting.reports import acts
from zalo.models import Account, AccountAgency, Contact, FollowRecord, OutboxMessage, Outcome, Route
from zalo.models.outbox import State

FIRST, LAST = dt.date(2019, 6, 6), dt.date(2019, 7, 6)
PERIOD = Period(FIRST, LAST)
REPORTED_ON = dt.date(2019, 7, 12)
NUMBER, SYMBOL = 1149, "BC-STTTT"
HOMES = (("Long An", 336), ("Hồ Chí Minh", 202), ("Tiền Giang", 12), ("Tây Ninh", 6), ("Bến Tre", 4))
MESSAGES = 4694
KINDS = ("dossier.accepted", "dossier.receipt_file", "dossier.assigned", "dossier.appraising", "dossier.result_ready")
WORDS = Path(__file__).with_suffix(".toml")
KEY = "long-an-2019"
CHANNEL = "Chính quyền điện tử tỉnh Long An"
ABSTRACT = "Kết quả triển khai thí điểm ứng dụng Zalo trong cải cách hành chính công và đề xuất triển khai mở rộng"
# Code, kind, name, short name, line above, place. Codes are the installation's own: these bodies exist no more.
AGENCIES = (
    ("LA2019.STTTT", Agency.Kind.DEPARTMENT, "Sở Thông tin và Truyền thông tỉnh Long An", "STTTT", "UBND TỈNH LONG AN",
     "Long An"),
    ("LA2019.TTPVHCC", Agency.Kind.CENTRE, "Trung tâm Phục vụ hành chính công tỉnh Long An", "TTPVHCC",
     "UBND TỈNH LONG AN", "Long An"),
    ("LA2019.CG", Agency.Kind.CENTRE, "Trung tâm Hành chính công huyện Cần Giuộc", "TTHCC", "UBND HUYỆN CẦN GIUỘC",
     "Cần Giuộc"),
)  # fmt: skip


@transaction.atomic
def sow(*, now: dt.datetime) -> Report:
    """Return the draft of the report over the month written into the registers; a second run returns the same."""
    office, *centres = [_agency(*row) for row in AGENCIES]
    found = Report.objects.filter(issuer=office, first=FIRST, last=LAST).order_by("id").first()
    if found:
        return found
    account = Account.objects.create(
        name=CHANNEL, oa_id="2019000000000001149", app_id="1149", app_secret="-", oa_secret="-", keeper=office,
        is_active=False,
    )  # fmt: skip
    for centre in centres:
        AccountAgency.objects.create(account=account, agency=centre, valid_from=FIRST, valid_to=dt.date(2025, 6, 30))
    _people(account)
    _messages(account, centres)
    keeping.rebuild(FIRST, LAST, now=now, old_messages=True)
    report = acts.begin(Report.Kind.PILOT, office, centres, PERIOD, ABSTRACT, by=None, now=now)
    report.texts = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    report.save(update_fields=["texts"])
    return report


def _agency(code: str, kind: str, name: str, short: str, above: str, place: str) -> Agency:
    pilot = {"rollout": Agency.Rollout.ENDED, "rollout_from": FIRST, "rollout_to": LAST, "active": False}
    agency, made = Agency.objects.get_or_create(code=code, defaults={"kind": kind, "name": name, **pilot})
    if made:
        AgencyVersion.objects.create(
            agency=agency, name=name.removesuffix(" tỉnh Long An"), short_name=short, parent_name=above, code=code,
            place=place, valid_from=dt.date(2016, 1, 1), valid_to=dt.date(2025, 6, 30),
        )  # fmt: skip
    return agency


def _at(place: int, count: int) -> dt.datetime:
    """Return a moment of the month, between 8 and 16 o'clock, for the place-th of so many."""
    day = FIRST + dt.timedelta(days=place * PERIOD.days // count)
    return dt.datetime.combine(day, dt.time(8 + place % 8, place % 60), ZONE)


def _people(account: Account) -> None:
    homes = [name for name, count in HOMES for _ in range(count)]
    people = [
        Contact(account=account, user_id=f"{KEY}-{n}", province=home, is_follower=True, followed_at=_at(n, len(homes)))
        for n, home in enumerate(homes)
    ]
    Contact.objects.bulk_create(people)
    FollowRecord.objects.bulk_create(
        FollowRecord(contact=person, account=account, change=FollowRecord.Change.FOLLOW, at=_at(n, len(people)))
        for n, person in enumerate(people)
    )


def _messages(account: Account, centres: list[Agency]) -> None:
    def message(n: int) -> OutboxMessage:
        at = _at(n, MESSAGES)
        return OutboxMessage(
            account=account, agency=centres[n % 3 == 0], kind=KINDS[n % len(KINDS)], purpose="dossier",
            dedupe_key=f"{KEY}-{n}", state=State.DELIVERED, outcome=Outcome.DELIVERED, route=Route.UID, happened_at=at,
            created_at=at, next_at=at, requested_at=at, sent_at=at, delivered_at=at, finished_at=at,
        )  # fmt: skip

    OutboxMessage.objects.bulk_create([message(n) for n in range(MESSAGES)], batch_size=1000)
