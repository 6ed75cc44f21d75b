"""The intake form: what was typed or scanned at the counter, read into an Intake.

No django.forms.Form with a formset, on purpose. What is checked stands in dossiers.intake (people, counter, fee_lines)
and answers by field name, to this page as to other systems' API: fields of a form would state it a second time. The
boxes of an item (its papers, fees, facts) are those of the procedure typed into the same post, so a formset would be
made of a class a row, after its first field was read. And whatever is wrong, the page comes back letter for letter as
it was typed, drafts and cards scanned into the wrong box too, which cleaned values are not.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cached_property

from django.utils import timezone

from dossiers import typed
from dossiers.admin.intake import fees
from dossiers.admin.intake.facts import MOST_PAPERS, catalogue_facts
from dossiers.deadlines.calendars import closing_on
from dossiers.intake.counter import Intake, Item, PaperLine
from dossiers.intake.identity_card import cleaned, read_card
from dossiers.intake.people import FACTS, PersonData
from dossiers.models import Applicant, Channel, Membership, Procedure, ProcedureCase, Receipt, Unit
from dossiers.workflow import proposing

MOST_ITEMS = 20


LONGEST_KEY = 64
NEXT_STEPS = ("supplement", "refuse")


def with_scanned_cards(data) -> dict:
    """Return the form's data with every citizen's card scanned into a box taken apart into the fields it names.

    A card scanned into a box of the owner fills the owner's fields, any other the submitter's.
    """
    values = {name: str(value) for name, value in data.items()}
    for name, value in list(values.items()):
        card = read_card(value) if "|" in value else None
        if card is None:
            continue
        whose = "owner_" if name.startswith("owner_") else ""
        values[name] = ""
        named = {"id_number": card.number, "full_name": card.name, "address": card.address, "kind": "person"}
        values |= {f"{whose}{field}": text for field, text in named.items()}
    return values


def _value(unit: Unit | None, handler: int | None) -> str:
    """Return a room, or a person of it, as the box of destinations has it; "" for none."""
    return "" if unit is None else f"{unit.pk}:{handler}" if handler else str(unit.pk)


class IntakeForm:
    """The form's data with its errors by field name; templates read `value`, `error`, `items`."""

    def __init__(
        self, data, *, place: Membership, now: dt.datetime, shown_only: bool = False, may_assign: bool = False
    ):
        self.may_assign = may_assign
        self.data = with_scanned_cards(data or {})
        self.place = place
        self.now = now
        self.errors: dict[str, str] = {}
        self.may_be_renamed = False
        self.key = self.text("key")[:LONGEST_KEY]
        self.shown_only = shown_only
        self.items = [self._shown_item(number) for number in self._numbers()]

    def text(self, name: str) -> str:
        return str(self.data.get(name, "")).strip()

    def is_complete(self) -> bool:
        """Return whether this was sent to be saved: "load", "more" and "remove" only redraw the page."""
        if "more" in self.data and len(self.items) < MOST_ITEMS:
            self.items.append(self._shown_item(max(shown["number"] for shown in self.items) + 1))
        if "remove" in self.data and len(self.items) > 1:
            self.items = [shown for shown in self.items if str(shown["number"]) != self.text("remove")]
        if self.data.keys() & {"load", "more", "remove"}:
            return False
        self._check_items()
        return not self.errors

    @property
    def next_step(self) -> str:
        """What follows saving: "" (print the receipt), "supplement" (form 02) or "refuse" (form 03)."""
        step = self.text("then")
        return step if step in NEXT_STEPS else ""

    @cached_property
    def units(self) -> list[Unit]:
        """The rooms a dossier can be passed on to as it is taken in."""
        return list(Unit.objects.filter(agency=self.place.agency, active=True))

    @property
    def unit(self) -> Unit | None:
        """The room that gets the dossiers: the one chosen, else the clerk's own."""
        chosen = self.text("unit").partition(":")[0]
        return next((unit for unit in self.units if str(unit.pk) == chosen), self.place.unit)

    @cached_property
    def handlers(self) -> list[proposing.Handler]:
        """Who works on dossiers here, the least burdened first."""
        return proposing.handlers_of([self.place.agency_id], timezone.localdate(self.now))

    @property
    def destinations(self) -> list[tuple[str, str]]:
        """(value, words) of the rooms, each with its people: a dossier goes to a room, or to one of them at once."""
        found = []
        for unit in self.units:
            found.append((str(unit.pk), str(unit)))
            people = self.handlers if self.may_assign and not unit.is_front_office else []
            found += [(f"{unit.pk}:{each.pk}", f"{unit}: {each.words}") for each in people if unit.pk in each.units]
        return found

    @cached_property
    def handler(self) -> int | None:
        """The id of whoever of the chosen room gets the dossiers; None leaves that to the room."""
        chosen = typed.whole(self.text("unit").partition(":")[2])
        unit = self.unit
        known = {each.pk for each in self.handlers if unit and unit.pk in each.units} if chosen else set()
        return chosen if chosen in known else None

    @cached_property
    def proposed(self) -> tuple[Unit | None, proposing.Handler | None]:
        """The room that usually settles the first procedure, and whoever of it has least to do, where the clerk may
        pass dossiers on to a person. Nothing where the agency never settled the procedure."""
        procedure = next((shown["procedure"] for shown in self.items if shown["procedure"]), None)
        unit = proposing.usual_unit(self.place.agency_id, procedure.pk) if procedure else None
        if unit not in self.units or unit == self.place.unit:
            return None, None
        return unit, proposing.handler_for(unit, self.handlers) if self.may_assign else None

    @property
    def destination(self) -> str:
        """The value of the chosen destination: as sent, else as proposed, else the clerk's own room."""
        return _value(self.unit, self.handler) if "unit" in self.data else self.proposal or self.own_room

    @property
    def proposal(self) -> str:
        """The value of the proposed destination; "" where nothing is proposed."""
        unit, person = self.proposed
        return _value(unit, person.pk if person else None)

    @property
    def own_room(self) -> str:
        """The value of the clerk's own room, where everything goes unless something is proposed or chosen."""
        return _value(self.place.unit, None)

    @property
    def destination_was_chosen(self) -> bool:
        """Whether somebody chose where the dossiers go: no proposal moves them any more."""
        return "unit" in self.data and self.destination not in {self.own_room, self.proposal}

    def add_errors(self, errors: dict[str, str]) -> None:
        self.errors |= errors

    @cached_property
    def onto(self) -> Receipt | None:
        """The receipt of this agency the dossiers are added to; None for an intake of its own."""
        known = Receipt.objects.filter(agency=self.place.agency, pk=typed.whole(self.text("onto")) or 0)
        return known.select_related("submitter").first()

    def intake(self) -> Intake:
        """Return what was typed, ready for dossiers.intake.counter.receive."""
        owner = self.person("owner_") if self.has_owner else None
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
            onto=self.onto,
            reason=self.text("reason"),
        )

    def person(self, prefix: str) -> PersonData:
        """Return the submitter or, with "owner_", the owner; whose receipt it is hands in what is added to it."""
        if self.onto and not prefix:
            return PersonData(**{name: getattr(self.onto.submitter, name) for name in FACTS})
        values = {name: self.text(f"{prefix}{name}") for name in FACTS}
        if values["kind"] not in Applicant.Kind.values:
            values["kind"] = Applicant.Kind.PERSON
        return PersonData(**values)

    @property
    def reason_said(self) -> str:
        return self.text("reason")

    @property
    def has_owner(self) -> bool:
        """Whether anything was written about an owner who is not the submitter."""
        return any(self.text(f"owner_{name}") for name in FACTS if name != "kind")

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
            case_id = typed.whole(case)
            channel = self.text("channel") or Channel.COUNTER
            facts = catalogue_facts(procedure, self.place.agency, channel, self.now, case_id=case_id)
        papers = self._papers(prefix, facts)
        fee_rows, fees_wrong = fees.lines_of(prefix, self.text, facts)
        return {
            "number": number,
            "prefix": prefix,
            "typed": self.text(f"{prefix}procedure"),
            "procedure": procedure,
            "case": case,
            "content": self.text(f"{prefix}content"),
            "sets": self.text(f"{prefix}sets") or "1",
            "due_on": self.text(f"{prefix}due_on"),
            "fees": fee_rows,
            "fees_wrong": fees_wrong,
            "next_fee": max((row["number"] for row in fee_rows), default=-1) + 1,
            "most_fees": fees.MOST_LINES,
            "collected": self.text(f"{prefix}collected"),
            "facts": facts,
            "papers": papers,
            "asked": [paper for paper in papers if paper["required"] and not paper["shown"]],
            "shown": [paper for paper in papers if paper["required"] and paper["shown"]],
            "sometimes": [paper for paper in papers if not paper["required"] and not paper["extra"]],
            "others": [paper for paper in papers if paper["extra"]],
            "missing": [
                paper for paper in papers if paper["required"] and not paper["shown"] and not paper["received"]
            ],
            "unchosen": facts.get("must_choose") and not any(paper["received"] for paper in papers),
            "next_number": max((paper["number"] for paper in papers), default=-1) + 1,
            "most_papers": MOST_PAPERS,
            "short": self.text(f"{prefix}short") == "on",
        }

    def _papers(self, prefix: str, facts: dict) -> list[dict]:
        """Return the paper rows as the catalogue asks for them with what was ticked and typed.

        Nothing is ticked before. "all" says that every required paper came; papers beside the list stand behind.
        """
        shown = self.text(f"{prefix}listed") == facts.get("listed", "")
        everything = self.text(f"{prefix}all") == "on"
        rows = []
        for number, paper in enumerate(facts.get("papers", [])):
            name = f"{prefix}paper-{number}"
            if shown and f"{name}-name" in self.data:
                paper = paper | {kind: self._whole(f"{name}-{kind}") for kind in ("originals", "certified", "copies")}
            ticked = shown and self.text(f"{name}-received") == "on"
            received = not paper["shown"] and (ticked or (everything and paper["required"]))
            rows.append({**paper, "number": number, "received": received, "extra": False})
        known = len(rows)
        for number in range(known, MOST_PAPERS) if shown else ():
            name = cleaned(self.text(f"{prefix}paper-{number}-name"))[:500]
            if name:
                rows.append(self._other_paper(f"{prefix}paper-{number}", number, name))
        return rows

    def _other_paper(self, field: str, number: int, name: str) -> dict:
        counts = {kind: self._whole(f"{field}-{kind}") for kind in ("originals", "certified", "copies")}
        if not any(counts.values()):
            counts["originals"] = 1
        return {
            "name": name,
            "number": number,
            "received": True,
            "extra": True,
            "required": False,
            "shown": False,
        } | counts

    def _whole(self, name: str) -> int:
        return min(typed.whole(self.text(name)) or 0, 999)

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
            else:
                self._check_papers(shown)
            if shown["fees_wrong"]:
                self.errors[f"{shown['prefix']}fees"] = shown["fees_wrong"]
            if shown["due_on"] and self._due(shown) is None:
                self.errors[f"{shown['prefix']}due_on"] = (
                    "Ngày hẹn trả chưa đúng. Hãy ghi ngày/tháng/năm, ví dụ 30/11/2026."
                )

    def _check_papers(self, shown: dict) -> None:
        """A dossier with required papers missing is not taken in by oversight: form 02 says what to bring."""
        if shown["unchosen"] and not shown["short"] and not self.next_step:
            self.errors[f"{shown['prefix']}papers"] = (
                "Thủ tục này có giấy tờ theo từng trường hợp: chọn trường hợp rồi đánh dấu giấy đã nhận; "
                "không nhận giấy tờ nào thì đánh dấu vẫn tiếp nhận."
            )
        missing = [paper["name"] for paper in shown["missing"]]
        if missing and not shown["short"] and not self.next_step:
            self.errors[f"{shown['prefix']}papers"] = (
                f"Chưa đánh dấu {len(missing)} giấy tờ bắt buộc: {'; '.join(missing)[:400]}. Đánh dấu giấy đã nhận; "
                "nếu còn thiếu, bấm “Thiếu giấy: mẫu 02”, hoặc đánh dấu vẫn tiếp nhận."
            )

    def _due(self, shown: dict) -> dt.datetime | None:
        day = typed.day(shown["due_on"])
        return closing_on(day, self.place.agency) if day else None

    def _item(self, shown: dict, owner: PersonData | None) -> Item:
        facts = shown["facts"]
        case = ProcedureCase.objects.filter(pk=facts["case"]).first() if facts.get("case") else None
        return Item(
            procedure=shown["procedure"],
            case=case,
            content=shown["content"],
            owner=owner,
            papers=tuple(
                PaperLine(
                    paper["name"],
                    originals=paper["originals"],
                    certified=paper["certified"],
                    copies=paper["copies"],
                    received=paper["received"],
                )
                for paper in shown["papers"]
                if paper["received"] or (paper["required"] and not paper["shown"])
            ),
            sets=max(1, min(typed.whole(shown["sets"]) or 1, 99)),
            fees=fees.entries(shown["fees"]),
            collected=shown["collected"],
            due_at=self._due(shown) if shown["due_on"] else None,
            unit=self.unit,
        )
