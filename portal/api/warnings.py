"""What was stored although a part of it could not be used: one warning a part, {field, detail}."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from rest_framework import serializers

from dossiers.deadlines import confirmed
from dossiers.intake import connector, people
from dossiers.intake.connector import Pushed, PushedEvent
from dossiers.intake.people import PersonData, PersonError
from dossiers.models import Applicant, Dossier, DossierEvent, Unit
from dossiers.states import State
from dossiers.written_dates import said_moment

LONGEST_ADDRESS = 500
OPTIONAL_FACTS = {"id_number", "phone", "email", *people.REPRESENTATIVE}
STAYS = "Gửi lại không đổi điều này: cán bộ sửa trên trang hồ sơ."
LEFT_EMPTY = "Không dùng được nên để trống."
Warnings = list[dict[str, str]]


def unknown_fields(form: serializers.BaseSerializer, data, path: str = "") -> Warnings:
    """Return a warning for every name sent that the form does not have, at any depth."""
    if isinstance(form, serializers.ListSerializer):
        rows = data if isinstance(data, list) else []
        return [found for at, row in enumerate(rows) for found in unknown_fields(form.child, row, f"{path}[{at}]")]
    if not isinstance(data, dict) or not isinstance(form, serializers.Serializer):
        return []
    found = []
    for name, value in data.items():
        where = f"{path}.{name}" if path else name
        if name in form.fields:
            found += unknown_fields(form.fields[name], value, where)
        else:
            found.append(warning(where[:200], "API không có trường này nên đã bỏ qua: xem /api/docs/."))
    return found


def usable(person: PersonData, path: str) -> tuple[PersonData, Warnings]:
    """Return the person with what cannot be used left empty, and a warning for each. A wrong name stays for others."""
    try:
        people.checked(person)
        wrong: dict[str, str] = {}
    except PersonError as error:
        wrong = {name: sentence for name, sentence in error.errors.items() if name in OPTIONAL_FACTS}
    found = [warning(_sent_as(person, path, name), f"{LEFT_EMPTY} {sentence}") for name, sentence in wrong.items()]
    if "representative" in wrong:  # what hangs on a person without a name
        wrong |= dict.fromkeys(people.REPRESENTATIVE, "")
    if len(person.address) > LONGEST_ADDRESS:
        found.append(warning(f"{path}.address", f"Địa chỉ dài quá {LONGEST_ADDRESS} ký tự nên chỉ giữ phần đầu."))
    return replace(person, **dict.fromkeys(wrong, "")), found


def somebody_else(submitter: PersonData) -> tuple[PersonData | None, Warnings]:
    """Return who handed the dossier in as `usable` does; None, with a warning, when it is nobody by name."""
    found, warnings = usable(submitter, "submitter")
    try:
        people.checked(found)
    except PersonError as error:
        return None, [warning("submitter", f"Không dùng được nên coi người đứng tên là người nộp. {error}")]
    return found, warnings


def of_what_stays(dossier: Dossier, pushed: Pushed, sent: dict) -> Warnings:
    """Return what a later PUT says otherwise and the dossier keeps: procedure, channel, moment of receiving, papers."""
    found = []
    if connector.procedure_with(pushed.procedure_code) != dossier.procedure:
        told = f"Hồ sơ đã nhận theo thủ tục {dossier.procedure.code}. {STAYS}"
        found.append(warning("procedure_code", told))
    if sent.get("channel") and pushed.channel != dossier.channel:
        found.append(warning("channel", f"Hồ sơ đã nhận theo cách “{dossier.get_channel_display()}”. {STAYS}"))
    begun = dossier.received_at or dossier.submitted_at
    if begun and pushed.received_at not in {dossier.received_at, dossier.submitted_at}:
        found.append(warning("received_at", f"Hồ sơ đã nhận lúc {said_moment(begun)}. {STAYS}"))
    known = set(dossier.papers.values_list("name", flat=True)) if pushed.papers else set()
    if more := [paper.name for paper in pushed.papers if paper.name not in known]:
        found.append(warning("papers", f"Chưa thêm {len(more)} giấy tờ mới, như “{more[0][:80]}”. {STAYS}"))
    return found


def of_event(dossier: Dossier, event: DossierEvent, pushed: PushedEvent) -> Warnings:
    """Return what of a report had no effect: all of it under an id used before, an unknown unit, a step long made."""
    found, unit = [], pushed.unit
    reported = event.facts.get("reported_state") or event.to_state
    if (reported, event.at) != (pushed.state, pushed.at):
        known = f"bước “{State(reported).label}” lúc {said_moment(event.at)}" if reported else said_moment(event.at)
        found.append(warning("id", f"Mã này đã dùng cho {known}. Sự kiện vừa gửi chưa được ghi: gửi lại bằng mã khác."))
    if unit and not Unit.objects.filter(agency_id=dossier.agency_id, code=unit).exists():
        found.append(warning("unit", f"Cơ quan chưa có đơn vị mã “{unit[:60]}” nên bước này không ghi đơn vị."))
    if event.kind == DossierEvent.Kind.LATE_REPORT:
        found.append(warning("state", "Hồ sơ đã ở bước này hoặc bước sau: sự kiện chỉ ghi vào lịch sử."))
        if dossier.submitted_at and event.at < dossier.submitted_at:
            found.append(warning("at", "Thời điểm trước lúc nộp hồ sơ: kiểm tra giờ của phần mềm gửi."))
    return found


def of_promise(dossier: Dossier, today: dt.date) -> Warnings:
    """Return a warning when the running promise reaches beyond the days off that are decided."""
    sentence = confirmed.beyond(dossier.due_at, dossier.agency_id, today) if dossier.clock_open else ""
    return [warning("due_at", sentence)] if sentence else []


def _sent_as(person: PersonData, path: str, name: str) -> str:
    """Return the field of the sent document that a fact of a person came in by."""
    if name in connector.REPRESENTATIVE_FIELDS:
        return connector.REPRESENTATIVE_FIELDS[name]
    return f"{path}.{'tax_code' if name == 'id_number' and person.kind == Applicant.Kind.ENTERPRISE else name}"


def warning(field: str, detail: str) -> dict[str, str]:
    return {"field": field, "detail": detail}
