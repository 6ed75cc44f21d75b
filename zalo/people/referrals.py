"""Where followers come from: the short addresses `/q/…` of counters, agencies and officers, and what follows count.

Zalo hands no parameter from a link to the OA (zalo-openapi, section 8), so a follow is matched to the opening of a
short address by time, and only when nobody else could be meant; linking by a receipt's code proves the counter and
overrides the guess. Figures say which they are.
"""

import datetime as dt
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from dossiers.models import Agency, Desk, Membership, valid_on
from dossiers.privacy.sealing import keyed_hash
from dossiers.read_once import once
from zalo.models import Account, AccountAgency, FollowRecord, ReferralVisit

MATCH_WITHIN = dt.timedelta(minutes=10)
_OFFICER = re.compile(r"cb-([0-9a-z]{1,8})-([0-9a-f]{6})")
_AGENCY = "cq-"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose short address it is, and the letter of what it was printed on."""

    agency: Agency | None = None
    desk: Desk | None = None
    officer: object | None = None
    medium: str = ""


opened: list[Callable[[ReferralVisit, str], None]] = []
"""Told of every opening with the letter of what the address was printed on; the print studio puts its own in."""


def origin_of(code: str) -> Origin | None:
    """Return whose address `/q/<code>/` is, `/q/<code>.<letter>/` on a printed thing; None when it is nobody's."""
    found = _owner(code)
    owner, _, medium = code.rpartition(".")
    if found is None and owner and len(medium) == 1:
        found = _owner(owner)
        return found and replace(found, medium=medium.lower())
    return found


def _owner(code: str) -> Origin | None:
    desk = Desk.objects.filter(code__iexact=code, active=True).select_related("agency").first()
    if desk is not None:
        return Origin(desk.agency, desk)
    if code.startswith(_AGENCY):
        agency = Agency.objects.filter(code__iexact=code.removeprefix(_AGENCY)[:35], active=True).first()
        return Origin(agency) if agency else None
    fits = _OFFICER.fullmatch(code)
    if fits is None or not hmac.compare_digest(_mark(int(fits[1], 36)), fits[2]):
        return None
    officer = get_user_model().objects.filter(pk=int(fits[1], 36), is_active=True).first()
    if officer is None:
        return None
    place = Membership.objects.filter(valid_on(timezone.localdate()), user=officer).select_related("agency").first()
    return Origin(place.agency if place else None, None, officer)


def desk_code(desk: Desk) -> str:
    return desk.code


def agency_code(agency: Agency) -> str:
    return _AGENCY + agency.code


def officer_code(user) -> str:
    """Return the officer's own code; the mark keeps people from counting through the staff list."""
    number, digits = user.pk, ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    return f"cb-{digits}-{_mark(user.pk)}"


def short_address(code: str = "") -> str:
    """Return the address to print; it can be pointed elsewhere later."""
    return f"{settings.PUBLIC_BASE_URL}/q/{code}/" if code else f"{settings.PUBLIC_BASE_URL}/q/"


@once
def account_for(agency: Agency | None, day: dt.date) -> Account | None:
    """Return the account that speaks for the agency or the nearest one above it; without an agency the only one.

    None when nobody speaks for the agency, and without an agency when there are several accounts.
    """
    if agency is None:
        accounts = list(Account.objects.filter(is_active=True).order_by("pk")[:2])
        return accounts[0] if len(accounts) == 1 else None
    hops = 0
    while agency is not None and hops < 6:
        service = (
            AccountAgency.objects.filter(
                Q(valid_to__isnull=True) | Q(valid_to__gte=day),
                agency=agency,
                valid_from__lte=day,
                account__is_active=True,
            )
            .select_related("account")
            .first()
        )
        if service is not None:
            return service.account
        agency, hops = agency.parent, hops + 1
    return None


def target(account: Account) -> str:
    """Return where a short address leads: the OA in Zalo; in the demonstration the simulated phone."""
    if settings.DEMO:
        return f"{settings.ZALO_OPENAPI_BASE_URL}/{account.oa_id}"
    return account.public_address


def visited(origin: Origin | None, account: Account, *, now: dt.datetime) -> ReferralVisit:
    """Write down that somebody opened a short address. Nothing about the person is kept."""
    origin = origin or Origin()
    visit = ReferralVisit.objects.create(
        code=secrets.token_urlsafe(9),
        account=account,
        agency=origin.agency,
        desk=origin.desk,
        officer=origin.officer,
        at=now,
    )
    for told in opened:
        told(visit, origin.medium)
    return visit


def attribute(record: FollowRecord, *, now: dt.datetime) -> ReferralVisit | None:
    """Match a new follow to the opening that led to it; None when there is none or several could be meant."""
    candidates = list(
        ReferralVisit.objects.filter(
            account=record.account_id,
            contact=None,
            at__gt=record.at - MATCH_WITHIN,
            at__lte=record.at + dt.timedelta(seconds=60),
        ).order_by("at")[:20]
    )
    named = [visit for visit in candidates if visit.agency_id or visit.desk_id or visit.officer_id]
    places = {(visit.agency_id, visit.desk_id, visit.officer_id) for visit in named}
    if not named:
        return None
    if len(places) == 1:
        visit = named[0]
        if not ReferralVisit.objects.filter(pk=visit.pk, contact=None).update(
            contact=record.contact_id, matched_at=now
        ):
            return None
        _place(record, visit.agency_id, visit.desk_id, visit.officer_id, visit)
        return visit
    agencies = {visit.agency_id for visit in named}
    if len(agencies) == 1:  # several counters of one centre at once: the centre is sure, the counter is not
        _place(record, agencies.pop(), None, None, None)
    return None


def prove(contact, *, agency_id: int, desk_id: int | None) -> None:
    """A link made with a receipt's code proves where the person came from: the latest follow is placed there."""
    record = contact.follows.filter(change=FollowRecord.Change.FOLLOW).order_by("-at").first()
    if record is not None and record.officer_id is None and (record.desk_id is None or record.visit_id is None):
        _place(record, agency_id, desk_id or record.desk_id, None, record.visit)


def _place(record: FollowRecord, agency_id, desk_id, officer_id, visit) -> None:
    record.agency_id, record.desk_id, record.officer_id, record.visit = agency_id, desk_id, officer_id, visit
    record.save(update_fields=["agency", "desk", "officer", "visit"])


def _mark(number: int) -> str:
    return keyed_hash(str(number), "officer-referral").encode().hex()[:6]


# --- Figures


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source: how often its address was opened, how many follows and how many who left again."""

    name: str
    visits: int
    follows: int
    address: str = ""


def by_desk(agency_ids, *, start: dt.datetime, end: dt.datetime) -> list[SourceLine]:
    """Return the counters of these agencies with their figures, most follows first."""
    desks = Desk.objects.select_related("agency").filter(active=True)
    if agency_ids is not None:
        desks = desks.filter(agency__in=agency_ids)
    return _lines(desks, "desk", lambda desk: (f"{desk.agency} – {desk.name}", desk_code(desk)), start, end)


def by_agency(agency_ids, *, start: dt.datetime, end: dt.datetime) -> list[SourceLine]:
    """Return the agencies with the figures of all their sources."""
    agencies = Agency.objects.filter(active=True)
    if agency_ids is not None:
        agencies = agencies.filter(pk__in=agency_ids)
    lines = _lines(agencies, "agency", lambda agency: (agency.name, agency_code(agency)), start, end)
    return [line for line in lines if line.visits or line.follows] or lines[:1]


def by_officer(agency_ids, *, start: dt.datetime, end: dt.datetime) -> list[SourceLine]:
    """Return the members of staff whose address brought somebody (S3-09)."""
    people = get_user_model().objects.filter(is_active=True, is_staff=True)
    if agency_ids is not None:
        people = people.filter(memberships__agency__in=agency_ids).distinct()
    lines = _lines(
        people, "officer", lambda user: (user.get_full_name() or user.username, officer_code(user)), start, end
    )
    return [line for line in lines if line.visits or line.follows]


def total(follows: QuerySet[FollowRecord], *, start: dt.datetime, end: dt.datetime) -> dict[str, int]:
    """Return how many of these are follows, follows with a known source, and unfollows in the period."""
    rows = follows.filter(at__gte=start, at__lt=end)
    return rows.aggregate(
        follows=Count("id", filter=Q(change="follow")),
        placed=Count("id", filter=Q(change="follow", agency__isnull=False)),
        unfollows=Count("id", filter=Q(change="unfollow")),
    )


def _lines(subjects: QuerySet, field: str, named, start: dt.datetime, end: dt.datetime) -> list[SourceLine]:
    subjects = list(subjects[:1000])
    keys = [subject.pk for subject in subjects]
    visits = ReferralVisit.objects.filter(**{f"{field}__in": keys}, at__gte=start, at__lt=end)
    follows = FollowRecord.objects.filter(**{f"{field}__in": keys}, at__gte=start, at__lt=end, change="follow")
    opened = dict(visits.order_by().values_list(field).annotate(n=Count("id")))
    followed = dict(follows.order_by().values_list(field).annotate(n=Count("id")))
    lines = []
    for subject in subjects:
        name, code = named(subject)
        lines.append(SourceLine(name, opened.get(subject.pk, 0), followed.get(subject.pk, 0), short_address(code)))
    return sorted(lines, key=lambda line: (-line.follows, -line.visits, line.name))
