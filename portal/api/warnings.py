"""What was stored although a part of it could not be used: one warning a part, {field, detail}."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from rest_framework import serializers

from dossiers.deadlines import confirmed
from dossiers.intake import people
from dossiers.intake.people import PersonData, PersonError
from dossiers.models import Applicant, Dossier, DossierEvent, Unit

LONGEST_ADDRESS = 500
OPTIONAL_FACTS = {"id_number", "phone", "email"}
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
            found.append(_warning(where[:200], "API không có trường này nên đã bỏ qua: xem /api/docs/."))
    return found


def usable(person: PersonData, path: str) -> tuple[PersonData, Warnings]:
    """Return the person with what cannot be used left empty, and a warning for each. A wrong name stays for others."""
    try:
        people.checked(person)
        wrong: dict[str, str] = {}
    except PersonError as error:
        wrong = {name: sentence for name, sentence in error.errors.items() if name in OPTIONAL_FACTS}
    found = [
        _warning(f"{path}.{_sent_as(person, name)}", f"Không dùng được nên để trống. {sentence}")
        for name, sentence in wrong.items()
    ]
    if len(person.address) > LONGEST_ADDRESS:
        found.append(_warning(f"{path}.address", f"Địa chỉ dài quá {LONGEST_ADDRESS} ký tự nên chỉ giữ phần đầu."))
    return replace(person, **dict.fromkeys(wrong, "")), found


def of_event(dossier: Dossier, event: DossierEvent, unit: str) -> Warnings:
    """Return what of a reported step had no effect: an unknown unit, a step that did not move the dossier."""
    found = []
    if unit and not Unit.objects.filter(agency_id=dossier.agency_id, code=unit).exists():
        found.append(_warning("unit", f"Cơ quan chưa có đơn vị mã “{unit[:60]}” nên bước này không ghi đơn vị."))
    if event.kind == DossierEvent.Kind.LATE_REPORT:
        found.append(_warning("state", "Hồ sơ đã ở bước này hoặc bước sau: sự kiện chỉ ghi vào lịch sử."))
        if dossier.submitted_at and event.at < dossier.submitted_at:
            found.append(_warning("at", "Thời điểm trước lúc nộp hồ sơ: kiểm tra giờ của phần mềm gửi."))
    return found


def of_promise(dossier: Dossier, today: dt.date) -> Warnings:
    """Return a warning when the running promise reaches beyond the days off that are decided."""
    sentence = confirmed.beyond(dossier.due_at, dossier.agency_id, today) if dossier.clock_open else ""
    return [_warning("due_at", sentence)] if sentence else []


def _sent_as(person: PersonData, name: str) -> str:
    return "tax_code" if name == "id_number" and person.kind == Applicant.Kind.ENTERPRISE else name


def _warning(field: str, detail: str) -> dict[str, str]:
    return {"field": field, "detail": detail}
