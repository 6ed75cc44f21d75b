"""Counting days from the registers themselves: dossiers, messages, people who follow. Reads only; `keeping` writes.

Everything is counted by moments that never move: received, settled, first promised, taken by Zalo, followed. What a
dossier's room or a message's last outcome was is as of the counting, which is why days are closed (`keeping`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum
from django.db.models.functions import Coalesce, TruncDate

from dossiers.deadlines.working_time import ZONE
from dossiers.models import Applicant, Channel, Dossier
from dossiers.states import WITHOUT_RESULT
from feedback.figures.periods import Period
from feedback.ratings import results as of_results
from portal.reporting.models import AgencyDay, DossierCounts, DossierDay, FollowDay, MessageDay, ResultDay
from portal.reporting.provinces import province_in
from zalo.models import ContactLink, FollowRecord, OutboxMessage
from zalo.outbox import ended

TEN_SECONDS, MINUTE, TEN_MINUTES, HOUR = (dt.timedelta(seconds=n) for n in (10, 60, 600, 3600))
Days = dict[dt.date, list]


def dossiers(first: dt.date, last: dt.date) -> Days:
    """Return day → rows of DossierDay, unsaved. Two queries."""
    span = Period(first, last)
    found: dict[tuple, dict] = defaultdict(dict)
    by = ("day", "agency_id", "unit_id", "procedure_id")
    came = Dossier.objects.order_by().filter(received_at__gte=span.start, received_at__lt=span.end)
    came = came.annotate(day=TruncDate("received_at", tzinfo=ZONE)).values(*by)
    for row in came.annotate(received=Count("pk"), online=Count("pk", filter=Q(channel=Channel.ONLINE))):
        found[tuple(row.pop(name) for name in by)] |= row
    days = {name: TruncDate(f"{name}_at", tzinfo=ZONE) for name in ("finished", "promised", "due")}
    done = Dossier.objects.order_by().filter(finished_at__gte=span.start, finished_at__lt=span.end)
    done = done.alias(**{f"{name}_on": days[name] for name in days}).annotate(day=F("finished_on")).values(*by)
    waited = ExpressionWrapper(F("finished_at") - F("received_at"), output_field=DurationField())
    # Of what nobody ever received no day was owed: in no part of what the forms count as settled.
    owed = Q(received_at__isnull=False)
    for row in done.annotate(
        settled=Count("pk"),
        stopped=Count("pk", filter=Q(state__in=WITHOUT_RESULT)),
        unreceived=Count("pk", filter=Q(received_at=None)),
        promised=Count("pk", filter=Q(promised_at__isnull=False)),
        kept=Count("pk", filter=Q(finished_on__lte=F("promised_on"))),
        early=Count("pk", filter=owed & Q(finished_on__lt=F("due_on"))),
        on_day=Count("pk", filter=owed & Q(finished_on=F("due_on"))),
        late=Count("pk", filter=owed & Q(finished_on__gt=F("due_on"))),
        waited=Count("pk", filter=Q(received_at__lte=F("finished_at"))),
        wait_time=Sum(waited, filter=Q(received_at__lte=F("finished_at"))),
    ):
        wait_time = row.pop("wait_time")
        row["wait_seconds"] = round(wait_time.total_seconds()) if wait_time else 0
        found[tuple(row.pop(name) for name in by)] |= row
    days_of: Days = defaultdict(list)
    for (day, agency, unit, procedure), counts in found.items():
        row = DossierDay(day=day, agency_id=agency, unit_id=unit, procedure_id=procedure, **counts)
        days_of[day].append(row)
    return days_of


def by_agency(days_of: Days) -> Days:
    """Return day → rows of AgencyDay, unsaved: the sums of the rows of DossierDay."""
    names = [field.name for field in DossierCounts._meta.fields if field.name not in ("day", "agency")]
    found: Days = defaultdict(list)
    for day, rows in days_of.items():
        sums: dict[int, Counter[str]] = defaultdict(Counter)
        for row in rows:
            sums[row.agency_id].update({name: getattr(row, name) for name in names})
        found[day] = [AgencyDay(day=day, agency_id=agency, **counts) for agency, counts in sums.items()]
    return found


def results(first: dt.date, last: dt.date) -> Days:
    """Return day → rows of ResultDay, unsaved. Three queries."""
    days_of: Days = defaultdict(list)
    for (day, agency), counts in of_results.counted(of_results.finished(None, first, last), "day", "agency").items():
        days_of[day].append(ResultDay(day=day, agency_id=agency, **counts))
    return days_of


def messages(first: dt.date, last: dt.date) -> Days:
    """Return day → rows of MessageDay, unsaved; a message counts on the day Zalo took it, else when it was given up.

    One query.
    """
    span = Period(first, last)
    rows = ended.between(OutboxMessage.objects.order_by(), span.start, span.end)
    rows = rows.annotate(day=TruncDate("at", tzinfo=ZONE))
    by = ("day", "account_id", "agency_id", "kind", "route", "outcome")
    took = ExpressionWrapper(F("sent_at") - F("happened_at"), output_field=DurationField())
    rows = rows.alias(took=took).values(*by)
    days_of: Days = defaultdict(list)
    for row in rows.annotate(
        times=Count("pk"),
        price=Sum("price"),
        in_ten_seconds=Count("pk", filter=Q(took__lte=TEN_SECONDS)),
        in_a_minute=Count("pk", filter=Q(took__gt=TEN_SECONDS, took__lte=MINUTE)),
        in_ten_minutes=Count("pk", filter=Q(took__gt=MINUTE, took__lte=TEN_MINUTES)),
        in_an_hour=Count("pk", filter=Q(took__gt=TEN_MINUTES, took__lte=HOUR)),
        slower=Count("pk", filter=Q(took__gt=HOUR)),
    ):
        days_of[row["day"]].append(MessageDay(**row))
    return days_of


def follows(first: dt.date, last: dt.date) -> Days:
    """Return day → rows of FollowDay, unsaved. Two queries, one more a thousand people whose province Zalo hides."""
    span = Period(first, last)
    records = FollowRecord.objects.order_by().filter(at__gte=span.start, at__lt=span.end)
    rows = records.values_list("at", "account_id", "agency_id", "change", "contact_id", "contact__province")
    counts: dict[tuple, dict] = defaultdict(lambda: {"gained": 0, "lost": 0})
    for chunk in _chunks(rows.iterator(chunk_size=1000), 1000):
        at_home = _provinces_of({row[4] for row in chunk if not province_in(row[5])})
        for at, account, agency, change, contact, shared in chunk:
            province = province_in(shared) or at_home.get(contact, "")
            key = (at.astimezone(ZONE).date(), account, agency, province)
            counts[key]["gained" if change == FollowRecord.Change.FOLLOW else "lost"] += 1
    days_of: Days = defaultdict(list)
    for (day, account, agency, province), row in counts.items():
        days_of[day].append(FollowDay(day=day, account_id=account, agency_id=agency, province=province, **row))
    return days_of


def _provinces_of(contacts: set[int]) -> dict[int, str]:
    """Return contact → the province in the address of a person linked to them, where there is one.

    Read by the machine to be counted: nobody sees the address, so it is no line of the reading log.
    """
    if not contacts:
        return {}
    links = ContactLink.objects.filter(contact__in=contacts, unlinked_at=None).order_by("linked_at")
    person = Coalesce("applicant_id", "dossier__submitter_id")
    of_contact = dict(links.annotate(person=person).values_list("contact_id", "person"))
    rows = Applicant.objects.filter(pk__in=set(of_contact.values()), erased_at=None).only("address")
    known = {row.pk: province_in(row.address) for row in rows}
    return {contact: known[person] for contact, person in of_contact.items() if known.get(person)}


def _chunks(rows: Iterator, size: int) -> Iterator[list]:
    chunk = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
