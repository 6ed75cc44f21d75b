"""The intake form: what was typed at the counter, read into an Intake; and what the catalogue says of a procedure."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from dossiers.deadlines.limits import due_for, limit_for
from dossiers.deadlines.working_time import WEEKDAYS, ZONE, CalendarError
from dossiers.intake.counter import Intake, Item, PaperLine
from dossiers.intake.people import FACTS, PersonData
from dossiers.models import Agency, Applicant, Channel, Membership, Procedure, ProcedureCase

MOST_ITEMS = 20
MOST_PAPERS = 60


def catalogue_facts(
    procedure: Procedure, agency: Agency, channel: str, now: dt.datetime, *, case_id: int | None = None
) -> dict:
    """Return what the clerk must know before saving: cases, papers, fee in đồng, due date and its sentence.

    {"error": …} when the procedure is no longer in force. Seven queries at most.
    """
    version = procedure.version_on(now.astimezone(ZONE).date())
    if version is None or procedure.status == Procedure.Status.ABOLISHED:
        return {"error": f"Thủ tục {procedure.code} không còn hiệu lực. Hãy chọn thủ tục thay thế."}
    cases = list(version.cases.all())
    case = next((found for found in cases if found.pk == case_id), None)
    limit = limit_for(version, case, channel)
    due, problem = None, ""
    try:
        due = due_for(agency, limit, now)
    except CalendarError as error:
        problem = str(error)
    fees = fees_of(version, case, channel, now.astimezone(ZONE).date())
    amounts = [fee.amount for fee in fees if fee.amount is not None]
    papers = [
        paper
        for paper in version.papers.all()
        if paper.case_id is None or (case is not None and paper.case_id == case.pk)
    ]
    return {
        "code": procedure.code,
        "name": version.name,
        "cases": [{"id": found.pk, "name": found.name} for found in cases],
        "case": case.pk if case else None,
        "papers": [
            {"name": paper.name, "originals": paper.originals, "copies": paper.copies, "required": paper.required}
            for paper in papers[:MOST_PAPERS]
        ],
        "fee": int(sum(amounts)) if len(amounts) == 1 else None,
        "fees": [f"{fee.label}: {fee}" if fee.label else str(fee) for fee in fees],
        "limit": str(limit) if limit else "",
        "due": due.at.isoformat() if due else None,
        "due_words": due_words(due.at) if due else "",
        "why": due.sentence("staff") if due else "",
        "problem": problem,
    }


def fees_of(version, case: ProcedureCase | None, channel: str, day: dt.date) -> list:
    """Return the fees in force that day for the case and channel; the channel's own before the common ones."""
    rows = [
        fee
        for fee in version.fees.all()
        if fee.case_id in {None, case.pk if case else None}
        and (fee.valid_from is None or fee.valid_from <= day)
        and (fee.valid_to is None or day <= fee.valid_to)
    ]
    own = [fee for fee in rows if fee.channel == channel]
    return own or [fee for fee in rows if not fee.channel]


def due_words(moment: dt.datetime) -> str:
    """Return "17:00 thứ Hai, 23/11/2026"."""
    local = moment.astimezone(ZONE)
    return f"{local:%H:%M} {WEEKDAYS[local.weekday()]}, {local:%d/%m/%Y}"


LONGEST_KEY = 64


class IntakeForm:
    """The form's data with its errors by field name; templates read `value`, `error`, `items`."""

    def __init__(self, data, *, place: Membership, now: dt.datetime, shown_only: bool = False):
        self.data = data or {}
        self.place = place
        self.now = now
        self.errors: dict[str, str] = {}
        self.key = self.text("key")[:LONGEST_KEY]
        self.shown_only = shown_only
        self.items = [self._shown_item(number) for number in self._numbers()]

    def text(self, name: str) -> str:
        return str(self.data.get(name, "")).strip()

    def is_complete(self) -> bool:
        """Return whether this was sent to be saved: "load" and "more" only redraw the page."""
        if "load" in self.data or "more" in self.data:
            if "more" in self.data:
                self.items.append(self._shown_item(len(self.items)))
            return False
        self._check_items()
        return not self.errors

    def add_errors(self, errors: dict[str, str]) -> None:
        self.errors |= errors

    def intake(self) -> Intake:
        """Return what was typed, ready for dossiers.intake.counter.receive."""
        other = self.text("owner_other") == "on"
        owner = self.person("owner_") if other else None
        channel = self.text("channel") or Channel.COUNTER
        return Intake(
            agency=self.place.agency,
            submitter=self.person(""),
            items=tuple(self._item(shown, owner) for shown in self.items if shown["procedure"]),
            channel=channel if channel in Channel.values else Channel.COUNTER,
            desk=self.place.desk,
            result_place=self.text("result_place"),
            key=self.key,
            renamed=self.text("renamed") == "on",
        )

    def person(self, prefix: str) -> PersonData:
        values = {name: self.text(f"{prefix}{name}") for name in FACTS}
        if values["kind"] not in Applicant.Kind.values:
            values["kind"] = Applicant.Kind.PERSON
        return PersonData(**values)

    @property
    def person_fields(self) -> list[tuple[str, str]]:
        """(name, value) of the submitter's fields, for the template."""
        return [(name, self.text(name)) for name in FACTS]

    @property
    def shows_representative(self) -> bool:
        return self.text("kind") == Applicant.Kind.ENTERPRISE

    @property
    def shows_owner_representative(self) -> bool:
        return self.text("owner_kind") == Applicant.Kind.ENTERPRISE

    def _numbers(self) -> list[int]:
        sent = {int(match[1]) for name in self.data if (match := re.fullmatch(r"item-(\d{1,2})-procedure", name))}
        return sorted(sent)[:MOST_ITEMS] or [0]

    def _shown_item(self, number: int) -> dict:
        """Return one dossier as the page shows it: what was typed, and what the catalogue says."""
        prefix = f"item-{number}-"
        code = self.text(f"{prefix}procedure").split(" ")[0]
        procedure = Procedure.objects.filter(code=code).first() if code else None
        case = self.text(f"{prefix}case")
        facts = {}
        if procedure:
            case_id = int(case) if case.isascii() and case.isdigit() else None
            channel = self.text("channel") or Channel.COUNTER
            facts = catalogue_facts(procedure, self.place.agency, channel, self.now, case_id=case_id)
        return {
            "number": number,
            "prefix": prefix,
            "typed": self.text(f"{prefix}procedure"),
            "procedure": procedure,
            "case": case,
            "content": self.text(f"{prefix}content"),
            "sets": self.text(f"{prefix}sets") or "1",
            "due_on": self.text(f"{prefix}due_on"),
            "fee_paid": self.text(f"{prefix}fee_paid") == "on",
            "facts": facts,
            "papers": self._papers(prefix, facts),
        }

    def _papers(self, prefix: str, facts: dict) -> list[dict]:
        """Return the paper rows: as sent, else as the catalogue lists them, all ticked."""
        if f"{prefix}paper-0-name" not in self.data or self.text(f"{prefix}listed") != facts.get("code", ""):
            return [{**paper, "received": True, "number": n} for n, paper in enumerate(facts.get("papers", []))]
        rows = []
        for number in range(MOST_PAPERS):
            name = self.text(f"{prefix}paper-{number}-name")
            if not name:
                if f"{prefix}paper-{number}-name" not in self.data:
                    break
                continue
            rows.append(
                {
                    "number": number,
                    "name": name[:2000],
                    "originals": self._whole(f"{prefix}paper-{number}-originals"),
                    "copies": self._whole(f"{prefix}paper-{number}-copies"),
                    "received": self.text(f"{prefix}paper-{number}-received") == "on",
                }
            )
        return rows

    def _whole(self, name: str) -> int:
        text = self.text(name)
        return min(int(text), 999) if text.isascii() and text.isdigit() and len(text) < 6 else 0

    def _check_items(self) -> None:
        chosen = [shown for shown in self.items if shown["typed"]]
        if not chosen:
            self.errors["item-0-procedure"] = "Chọn thủ tục: gõ vài chữ không dấu hoặc mã, rồi Enter."
        for shown in chosen:
            if shown["procedure"] is None:
                self.errors[f"{shown['prefix']}procedure"] = (
                    "Không có thủ tục này trong danh mục. Hãy chọn trong gợi ý."
                )
            elif shown["facts"].get("error"):
                self.errors[f"{shown['prefix']}procedure"] = shown["facts"]["error"]
            if shown["due_on"] and self._due(shown) is None:
                self.errors[f"{shown['prefix']}due_on"] = (
                    "Ngày hẹn trả chưa đúng. Hãy ghi ngày/tháng/năm, ví dụ 30/11/2026."
                )

    def _due(self, shown: dict) -> dt.datetime | None:
        try:
            day = dt.datetime.strptime(shown["due_on"].replace("-", "/"), "%d/%m/%Y").date()
        except ValueError:
            return None
        return dt.datetime.combine(day, dt.time(17, 0), ZONE)

    def _item(self, shown: dict, owner: PersonData | None) -> Item:
        facts = shown["facts"]
        case = ProcedureCase.objects.filter(pk=facts["case"]).first() if facts.get("case") else None
        fee = facts.get("fee")
        return Item(
            procedure=shown["procedure"],
            case=case,
            content=shown["content"],
            owner=owner,
            papers=tuple(
                PaperLine(
                    paper["name"], originals=paper["originals"], copies=paper["copies"], received=paper["received"]
                )
                for paper in shown["papers"]
            ),
            sets=max(1, min(int(shown["sets"]), 99)) if shown["sets"].isdigit() else 1,
            fee=None if fee is None else Decimal(fee),
            fee_paid=shown["fee_paid"],
            due_at=self._due(shown) if shown["due_on"] else None,
            unit=self.place.unit,
        )
