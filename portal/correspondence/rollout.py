"""What the roll-out table learns from here: the work of a roll-out confirmed by hand, and who has learnt (S4-06).

What the program sees by itself (account, templates, people, hotline, regulation) is in dossiers.admin.setup.going_live.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.urls import reverse

from dossiers.admin.setup import rollout_facts
from dossiers.admin.setup.rollout_facts import Fact
from dossiers.models import Membership, TrainingDone, valid_on
from dossiers.written_dates import written_day
from portal.correspondence.models import RolloutStep

What = RolloutStep.What
SHORT = {
    What.QR: "dán mã QR",
    What.TAUGHT: "tập huấn",
    What.LEAFLETS: "tờ hướng dẫn, đọc loa",
    What.TRIED: "gửi thử tin",
}


def register() -> None:
    """Add the facts to the roll-out table."""
    rollout_facts.register(steps)
    rollout_facts.register(learnt)


def steps(ids: list[int], today: dt.date) -> dict[int, list[Fact]]:
    """Return how far the work of the roll-out is at each agency, what nobody wrote down among it. One query."""
    known = {(row.agency_id, row.what): row for row in RolloutStep.objects.filter(agency__in=ids)}
    return {pk: [_standing(pk, known, today)] for pk in ids}


def _standing(agency_id: int, known: dict[tuple[int, str], RolloutStep], today: dt.date) -> Fact:
    rows = {what: known.get((agency_id, what.value)) for what in What}
    left = [_named(what, row, today) for what, row in rows.items() if row is None or row.done_on is None]
    words = f"Việc triển khai: xong {len(rows) - len(left)}/{len(rows)}"
    address = f"{reverse('admin:correspondence_rolloutstep_changelist')}?agency__id__exact={agency_id}"
    return Fact(f"{words}; còn {', '.join(left)}" if left else words, lacks=bool(left), address=address)


def _named(what: What, row: RolloutStep | None, today: dt.date) -> str:
    if row is None or row.due_on is None:
        return SHORT[what]
    return f"{SHORT[what]} (hạn {written_day(row.due_on)}{' đã qua' if row.due_on < today else ''})"


def learnt(ids: list[int], today: dt.date) -> dict[int, list[Fact]]:
    """Return how many of each agency's people have finished a handbook at the desk. Two queries."""
    people: dict[int, set[int]] = defaultdict(set)
    places = Membership.objects.filter(valid_on(today), agency__in=ids, user__is_active=True)
    for agency_id, user_id in places.values_list("agency_id", "user_id"):
        people[agency_id].add(user_id)
    everybody = {user_id for users in people.values() for user_id in users}
    done = set(TrainingDone.objects.filter(user__in=everybody).values_list("user_id", flat=True))
    return {pk: [_share(people[pk], done)] for pk in ids}


def _share(users: set[int], done: set[int]) -> Fact:
    if not users:
        return Fact("Cán bộ: chưa khai báo ai", lacks=True)
    taught = len(users & done)
    return Fact(f"Đã học sổ tay: {taught}/{len(users)} cán bộ", lacks=taught < len(users))
