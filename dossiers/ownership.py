"""Whose a row is, and who may write it: one table for every list of the desk, read by every admin and inline.

A row belongs to an agency, or to nobody in particular: then it is everybody's (national) and only those who see all
agencies write it. A role says which lists a person works on (portal.desk.roles); this table says which rows of them.
The agency of a province is an agency like any other: its rows are its own, its people see those below when their
membership says so.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from dossiers.models import Agency
from dossiers.scoping import agency_ids_of

NATIONAL: tuple[str, ...] = ()
"""Every row is everybody's."""

# Model → the ways from a row to the agencies it belongs to, all of which a writer must belong to. The first one empty
# makes the row national; a later one empty asks nothing.
OWNERS: dict[str, tuple[str, ...]] = {
    # Agencies and their people
    "dossiers.Agency": ("pk",),
    "dossiers.AgencyVersion": ("agency",),
    "dossiers.AgencySuccession": NATIONAL,
    "dossiers.Unit": ("agency",),
    "dossiers.Desk": ("agency",),
    "dossiers.Hotline": ("agency",),
    "dossiers.Membership": ("agency",),
    "dossiers.SigningAuthority": ("agency",),
    "api.ApiClient": ("agency",),
    "api.Subscription": ("client__agency",),
    "api.CodeTranslation": ("client__agency",),
    # Time, rules, forms
    "dossiers.WeekPattern": ("agency",),
    "dossiers.CalendarException": ("agency",),
    "dossiers.LegalRule": ("agency",),
    "dossiers.CodePattern": ("agency",),
    "dossiers.SupplementReason": ("agency",),
    "dossiers.FormTemplate": NATIONAL,
    "dossiers.DelayCause": NATIONAL,
    # The catalogue
    "dossiers.Field": NATIONAL,
    "dossiers.Procedure": NATIONAL,
    "dossiers.ProcedureAlias": NATIONAL,
    "dossiers.ProcedurePhrasing": NATIONAL,
    "dossiers.SearchSynonym": NATIONAL,
    "dossiers.MissedSearch": ("agency",),
    "dossiers.SearchChoice": NATIONAL,
    "dossiers.ProcedureVersion": NATIONAL,
    "dossiers.ProcedureCase": NATIONAL,
    "dossiers.RequiredPaper": NATIONAL,
    "dossiers.TimeLimit": NATIONAL,
    "dossiers.Fee": NATIONAL,
    "dossiers.CatalogueImport": NATIONAL,
    "dossiers.CounterProcedure": ("agency",),
    # Work and logs: shown by scope, written by acts or not at all
    "dossiers.Dossier": ("agency",),
    "dossiers.Letter": ("agency",),
    "dossiers.PersonalDataRead": ("dossier__agency",),
    "dossiers.SweepRun": NATIONAL,
    # The citizens' voice
    "feedback.Case": ("agency",),
    "feedback.FollowUp": ("agency",),
    "feedback.Rating": ("agency",),
    "feedback.TransferRecord": ("agency",),
    "feedback.ReadRecord": NATIONAL,
    "feedback.Category": NATIONAL,
    "feedback.CategoryOwner": NATIONAL,
    "feedback.RoutingRule": ("received_by", "agency"),
    "feedback.ServiceLevel": ("agency",),
    "feedback.CannedAnswer": ("agency",),
    "feedback.FaqEntry": ("agency",),
    "feedback.QuestionSet": NATIONAL,
    "feedback.Question": NATIONAL,
    "feedback.RestrictedOfficer": ("agency",),
    # Filing online
    "submission.OnlineProcedure": ("agency",),
    # Look-up packs
    "datasets.Dataset": ("agency",),
    "datasets.DatasetVersion": ("dataset__agency",),
    # The print studio
    "print_studio.Identity": ("agency",),
    "print_studio.Material": ("agency",),
    "print_studio.Figure": ("agency",),
    "print_studio.Target": ("agency",),
    # The Zalo channel: an account and what hangs on it are its keeper's
    "zalo.Account": ("keeper",),
    "zalo.AccountAgency": ("account__keeper", "agency"),
    "zalo.MenuItem": ("account__keeper",),
    "zalo.Template": ("account__keeper",),
    "zalo.Incident": ("account__keeper",),
    "zalo.Wording": NATIONAL,
    "zalo.Broadcast": ("agency",),
    "zalo.CannedAnswer": ("agency",),
    # What the centre says of its own accord
    "content.Link": ("agency",),
    "content.Piece": ("agency",),
    # Correspondence, tasks, proposals
    "correspondence.Document": ("agency",),
    "correspondence.Assignment": ("agency",),
    "correspondence.Recurrence": ("agency",),
    "correspondence.Proposal": ("agency",),
    "correspondence.Urging": ("agency",),
    "correspondence.RolloutStep": ("agency",),
    # Reports and the figures behind them
    "reporting.Report": ("issuer",),
    # Shown by zalo.people.belonging, written by acts
    "zalo.Contact": ("account__keeper",),
    "zalo.Conversation": ("account__keeper",),
    "zalo.OutboxMessage": ("agency",),
    "zalo.ReferralVisit": ("agency",),
    # The program's own
    "auth.User": NATIONAL,  # portal.admin: within the reach of the agencies the person works for
    "auth.Group": NATIONAL,
    "django_celery_beat.PeriodicTask": NATIONAL,
    "axes.AccessAttempt": NATIONAL,
    "axes.AccessLog": NATIONAL,
}
REFUSED = (
    "Dòng này dùng chung hoặc của cơ quan khác nên bạn chỉ được xem. Cần thay đổi, hãy nhờ quản trị viên của cơ quan "
    "đó, hoặc quản trị toàn tỉnh nếu là dòng dùng chung."
)


def ways_of(model) -> tuple[str, ...]:
    """Return how to get from a row of the model to its agencies. KeyError for a model nobody placed in OWNERS."""
    return OWNERS[model._meta.concrete_model._meta.label]


def is_national(model) -> bool:
    """Return whether every row of the model is everybody's."""
    return not ways_of(model)


def owner_ids(row) -> list[int | None]:
    """Return the ids of the agencies a row belongs to, the first None when the row is everybody's."""
    return [_follow(row, way) for way in ways_of(type(row))] or [None]


def may_write(user, row) -> bool:
    """Return whether the row is the user's to write; the permission of the role is asked elsewhere."""
    allowed = agency_ids_of(user)
    if allowed is None:
        return True
    first, *others = owner_ids(row)
    return first in allowed and all(other is None or other in allowed for other in others)


def own(rows: QuerySet, user) -> QuerySet:
    """Return the rows of the queryset that are the user's to write."""
    allowed, ways = agency_ids_of(user), ways_of(rows.model)
    if allowed is None:
        return rows
    if not ways:
        return rows.none()
    rows = rows.filter(**{f"{ways[0]}__in": allowed})
    for way in ways[1:]:
        rows = rows.filter(Q(**{f"{way}__in": allowed}) | Q(**{f"{way}__isnull": True}))
    return rows


def may_write_any(user, model) -> bool:
    """Return whether the user can own a row of the model at all."""
    allowed = agency_ids_of(user)
    return allowed is None or (bool(allowed) and not is_national(model))


def refuse_foreign(user, rows) -> None:
    """Raise PermissionDenied, with a sentence, when one of the rows is not the user's to write."""
    if not all(may_write(user, row) for row in rows):
        raise PermissionDenied(REFUSED)


def whose(row) -> str:
    """Return whose the row is, in words for a list."""
    ways = ways_of(type(row))
    agency = _follow(row, ways[0], whole=True) if ways else None
    if agency is None:
        return "Dùng chung"
    return f"Cấp tỉnh: {agency}" if agency.kind == Agency.Kind.PROVINCE else str(agency)


def _follow(row, way: str, *, whole: bool = False):
    value = row
    if way == "pk":
        return row if whole else row.pk
    *path, last = way.split("__")
    for part in path:
        value = getattr(value, part, None)
    if value is None:
        return None
    return getattr(value, last) if whole else getattr(value, f"{last}_id")
