"""A batch of old dossiers is what the connector makes of them one by one: same rows, same history, same refusals."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from django.db import transaction

from dossiers.deadlines.working_time import ZONE
from dossiers.intake import bringing_over, connector, outside_receipts
from dossiers.intake.bringing_over import Old, Taken
from dossiers.intake.connector import CodeTaken, ConnectorError, Pushed, PushedEvent
from dossiers.intake.people import PersonData
from dossiers.models import Agency, Dossier, DossierEvent, Holding, Receipt
from dossiers.states import State
from dossiers.workflow import events
from tests.people import AN

pytestmark = pytest.mark.django_db
DAY = dt.datetime(2025, 3, 3, 8, 15, tzinfo=ZONE)
NOW = dt.datetime(2026, 11, 16, 9, 0, tzinfo=ZONE)
BINH = PersonData(full_name="Trần Thị Bình", phone="0987654321")


def old(code: str, person: PersonData = BINH, state: str = "", *, agency: Agency | None = None, **more) -> Old:
    day = more.pop("at", DAY)
    pushed = Pushed(
        code=code,
        agency=agency,
        procedure_code=more.pop("procedure_code", "1.004441"),
        applicant=person,
        received_at=day,
        state=more.pop("begun", State.ACCEPTED),
        **more,
    )
    step = PushedEvent(id=f"tep-{state}", state=state, at=day + dt.timedelta(days=9)) if state else None
    return Old(pushed, step)


def file(agency: Agency) -> list[Old]:
    rows = [
        old("MC-1", AN, State.RESULT_RETURNED, due_at=DAY + dt.timedelta(days=11)),
        old("MC-2", AN, State.APPRAISING, at=DAY.replace(year=2024)),
        old("MC-3", replace(AN, phone="0911111111"), State.SUPPLEMENT_REQUESTED),
        old("MC-4", AN, State.REFUSED),
        old("MC-5", begun=State.SUBMITTED, receipt_number="1"),
        old("MC-6", receipt_number="1"),
        old("MC-7", AN, State.STOPPED, receipt_number="1"),
        old("MC-8", receipt_number="1", due_at=DAY + dt.timedelta(days=3)),
        old("MC-9", PersonData(full_name="Công ty Sao Mai", id_number="0100109106")),
        old("MC-10", procedure_code="1.004441.000.00.00.H80"),
        old("MC-11", procedure_code="9.999999"),
        old("MC-12", due_at=DAY - dt.timedelta(days=1)),
        old("MC-13", at=NOW + dt.timedelta(days=1)),
        old("MC-14", PersonData(full_name="...")),
        old("H24.31-20250303-0000001"),
        old("MC-2", AN, State.RESULT_READY, at=DAY.replace(year=2024)),
        old("MC-15", replace(BINH, full_name="Trần Thị\tBình\\n"), receipt_number="1"),
    ]
    return [Old(replace(row.pushed, agency=agency), row.step) for row in rows]


def one_by_one(olds: list[Old]) -> list:
    found = []
    for each in olds:
        try:
            with transaction.atomic(), events.brought_over():
                row, created = connector.upsert(each.pushed, now=NOW)
                event = connector.append(row, each.step, now=NOW)[0] if each.step else None
                found.append(Taken(created, row.state if event and event.to_state != each.step.state else ""))
        except (ConnectorError, CodeTaken) as error:
            found.append(error)
    return found


def _utc(written: str | None) -> str:
    return str(written and dt.datetime.fromisoformat(written).astimezone(dt.UTC))


def everything() -> dict:
    """What stands in the tables, by code and in words rather than keys."""
    dossiers = Dossier.objects.select_related("owner", "submitter", "receipt")
    return {
        "dossiers": [
            {
                **{
                    field.name: getattr(row, field.attname)
                    for field in Dossier._meta.concrete_fields
                    if field.name not in {"id", "token", "updated_at", "owner", "submitter", "receipt"}
                },
                "people": [
                    {
                        field.name: getattr(person, field.attname)
                        for field in person._meta.concrete_fields
                        if field.name not in {"id", "created_at", "updated_at"}
                    }
                    for person in (row.owner, row.submitter)
                ],
                "same": [other.code for other in dossiers if other.owner_id == row.owner_id],
                "slip": (row.receipt.number, row.receipt.register_year, row.receipt.register_number),
                "on the slip": sorted(other.code for other in dossiers if other.receipt_id == row.receipt_id),
            }
            for row in dossiers.order_by("code")
        ],
        "events": [
            {
                **{
                    field.name: getattr(event, field.attname)
                    for field in DossierEvent._meta.concrete_fields
                    if field.name not in {"id", "dossier", "recorded_at", "facts"}
                },
                "facts": json.dumps(event.facts | {"token": "", "due_at": _utc(event.facts["due_at"])}, sort_keys=True)
                .replace(f'"owner": {event.dossier.owner_id}', '"owner": 0')
                .replace(f'"submitter": {event.dossier.submitter_id}', '"submitter": 0'),
                "code": event.dossier.code,
            }
            for event in DossierEvent.objects.select_related("dossier").order_by("dossier__code", "at", "id")
        ],
        "holdings": list(
            Holding.objects.order_by("dossier__code", "from_at").values_list(
                "dossier__code", "unit", "holder", "state", "from_at", "to_at", "working_minutes", "on_clock"
            )
        ),
        "slips": Receipt.objects.count(),
    }


def test_a_batch_is_what_the_connector_makes_of_each(centre, elsewhere, procedure):
    with transaction.atomic():
        told = one_by_one(file(centre.agency))
        wanted = everything()
        transaction.set_rollback(True)
    assert not Dossier.objects.exists()
    found = bringing_over.many(file(centre.agency), now=NOW)
    assert [repr(each) for each in found] == [repr(each) for each in told]
    for table, rows in everything().items():
        assert rows == wanted[table], table
    assert sum(isinstance(each, ConnectorError) for each in found) == 5
    again = bringing_over.many(file(centre.agency), now=NOW)
    assert everything() == wanted, "the same again changes nothing"
    assert not any(each.created for each in again if isinstance(each, Taken))


def test_a_batch_costs_the_same_questions_whatever_its_length(centre, procedure, django_assert_max_num_queries):
    rows = [old(f"MC-{n}", replace(AN, full_name=f"Người Số {n}", id_number=""), State.APPRAISING) for n in range(60)]
    rows = [Old(replace(row.pushed, agency=centre.agency), row.step) for row in rows]
    with django_assert_max_num_queries(45):
        assert all(taken.created for taken in bringing_over.many(rows, now=NOW))
    with django_assert_max_num_queries(12 + 2 * len(rows)):  # a savepoint for each that is known
        assert not any(taken.created for taken in bringing_over.many(rows, now=NOW))


def test_somebody_else_writes_one_of_them_at_the_same_moment(centre, procedure, monkeypatch):
    rows = [Old(replace(each.pushed, agency=centre.agency), each.step) for each in (old("MC-1", AN), old("MC-2"))]
    at_first, meanwhile = bringing_over._Batch._checked, []

    def late(batch):
        found = at_first(batch)
        if not meanwhile:
            meanwhile.append(True)
            with transaction.atomic():
                found[0].old.pushed.agency.refresh_from_db()
            found.append(replace(found[0]))  # the code comes twice: what the database says when another won
        return found

    monkeypatch.setattr(bringing_over._Batch, "_checked", late)
    assert bringing_over.many(rows, now=NOW) == [Taken(True), Taken(True)]
    assert sorted(Dossier.objects.values_list("code", flat=True)) == ["MC-1", "MC-2"]


def test_what_another_agency_has_is_theirs(centre, elsewhere, procedure):
    bringing_over.many([Old(replace(old("MC-1").pushed, agency=elsewhere.agency))], now=NOW)
    (found,) = bringing_over.many([Old(replace(old("MC-1").pushed, agency=centre.agency))], now=NOW)
    assert isinstance(found, CodeTaken)
    assert Dossier.objects.get().agency == elsewhere.agency


def test_a_slip_number_many_people_hold_costs_two_questions(centre, procedure, django_assert_num_queries):
    crowd = [
        old(f"MC-{n}", replace(AN, full_name=f"Người Số {n}", id_number=""), receipt_number="1") for n in range(30)
    ]
    bringing_over.many([Old(replace(row.pushed, agency=centre.agency)) for row in crowd], now=NOW)
    stated = connector.checked(crowd[17].pushed, NOW)[1]
    with django_assert_num_queries(2):
        slip = outside_receipts.given(centre.agency, "1", stated)
    assert [each.code for each in slip.dossiers.all()] == ["MC-17"]
    with django_assert_num_queries(1):
        assert outside_receipts.given(centre.agency, "1", replace(stated, full_name="Người Lạ")) is None
