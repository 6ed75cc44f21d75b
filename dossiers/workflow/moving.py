"""The one way a dossier moves: permission, guard, conditional change, who holds it, history row, announcement."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F, Model

from dossiers.deadlines.calendars import calendar_of
from dossiers.deadlines.working_time import CalendarError, working_minutes
from dossiers.models import Dossier, DossierEvent, Holding
from dossiers.scoping import may_see
from dossiers.states import CLOCK_RUNS, State, may_move
from dossiers.workflow import events

STALE = "Đồng nghiệp vừa thay đổi hồ sơ này. Hãy tải lại trang để xem bước mới nhất rồi làm tiếp."


class ActError(Exception):
    """An act that cannot be done; the text is a sentence for the person who tried."""


class Stale(ActError):
    """Somebody changed the dossier meanwhile."""


class Forbidden(ActError):
    """The person may not do this."""


def allow(user, permission: str, dossier: Dossier) -> None:
    """Raise Forbidden unless the user has the permission and the dossier is of their agency; None is the system."""
    if user is None:
        return
    if not may_see(user, dossier.agency_id):
        raise Forbidden("Hồ sơ này thuộc cơ quan khác, bạn không xử lý được.")
    if not user.has_perm(f"dossiers.{permission}"):
        raise Forbidden("Bạn chưa được giao quyền làm việc này. Hãy nhờ quản trị viên của trung tâm.")


@transaction.atomic
def move(
    dossier: Dossier,
    target: str,
    *,
    kind: str,
    by,
    now: dt.datetime,
    changes: dict | None = None,
    expected_version: int | None = None,
    any_path: bool = False,
    **recorded,
) -> DossierEvent:
    """Return the history row of the move; `dossier` carries the new values.

    `changes` are column values set with the state. `any_path` skips the table: an outside system reports only where
    the dossier has got to. Raises Stale when the row is no longer as the person saw it, ActError for a forbidden arrow.
    """
    source = dossier.state
    if not any_path and not may_move(source, target):
        raise ActError(
            f"Hồ sơ đang ở bước “{dossier.get_state_display()}” nên không chuyển sang “{State(target).label}” được."
        )
    values = {**(changes or {}), "state": target, "state_changed_at": now}
    change(dossier, values, expected_version=expected_version, now=now)
    hold(dossier, now)
    return events.record(dossier, kind, at=now, actor=by, from_state=source, to_state=target, **recorded)


def change(dossier: Dossier, values: dict, *, expected_version: int | None = None, now: dt.datetime) -> None:
    """Write `values` if the dossier is still the one the person saw; raises Stale otherwise. Call in a transaction."""
    write(dossier, {**values, "updated_at": now}, unless=("state",), seen=expected_version, stale=STALE)


def write(row: Model, values: dict, *, unless: tuple[str, ...], seen: int | None = None, stale: str) -> None:
    """Write `values` to a row that is still as the person saw it, in the database and in hand: the one optimistic lock.

    Raises Stale with the sentence `stale` when a column of `unless`, or the version, is no longer as it is in hand;
    `seen` is the version on the page the person looked at, if it is known. Call inside a transaction.
    """
    same = {"pk": row.pk, **{name: getattr(row, name) for name in unless}}
    counted = dict(values)
    if hasattr(row, "version"):
        same["version"] = row.version if seen is None else seen
        counted["version"] = F("version") + 1
    if type(row)._default_manager.filter(**same).update(**counted) != 1:
        raise Stale(stale)
    for name, value in values.items():
        setattr(row, name, value)
    if "version" in same:
        row.version = same["version"] + 1


def hold(dossier: Dossier, now: dt.datetime) -> None:
    """Close the open stretch of holding, with its working minutes, and open the next one unless the work is over."""
    open_row = Holding.objects.filter(dossier=dossier, to_at__isnull=True).first()
    if open_row:
        same = (open_row.unit_id, open_row.holder_id, open_row.state) == (
            dossier.unit_id,
            dossier.handler_id,
            dossier.state,
        )
        if same:
            return
        open_row.to_at = max(now, open_row.from_at)
        open_row.working_minutes = worked(dossier, open_row.from_at, open_row.to_at)
        open_row.save(update_fields=["to_at", "working_minutes"])
    if not dossier.is_final:
        Holding.objects.create(
            dossier=dossier,
            unit_id=dossier.unit_id,
            holder_id=dossier.handler_id,
            state=dossier.state,
            from_at=now,
            on_clock=dossier.state in CLOCK_RUNS and dossier.paused_at is None,
        )


def worked(dossier: Dossier, start: dt.datetime, end: dt.datetime) -> int | None:
    """Return working minutes between two moments; None when the agency has no calendar to count with."""
    try:
        return working_minutes(start, end, calendar_of(dossier.agency_id))
    except CalendarError:
        return None


def checked_reasons(reasons: list[dict]) -> list[dict]:
    """Return the reasons item by item ({paper, what, why, sample, where}); raises ActError when one says nothing.

    A citizen asked to come back is owed every point at once, each with what and why (Nghị định 61/2018 điều 17 and
    its successor; ideas: the return-reason gate).
    """
    kept = []
    for number, item in enumerate(reasons or [], start=1):
        clean = {key: str(item.get(key) or "").strip() for key in ("paper", "what", "why", "sample", "where")}
        if not any(clean.values()):
            continue
        if not clean["what"] or not clean["why"]:
            raise ActError(f"Mục {number}: ghi rõ cần làm gì và vì sao, để người dân chỉ phải đi lại một lần.")
        kept.append(clean)
    if not kept:
        raise ActError("Hãy ghi ít nhất một mục: giấy tờ nào, cần làm gì và vì sao.")
    return kept


def checked_note(note: str, what: str) -> str:
    """Return the stripped note; raises ActError with `what` to write when it is blank."""
    note = (note or "").strip()
    if not note:
        raise ActError(what)
    return note
