"""Rows of the province seed, drawn from a dossier's number alone: no state is shared, so processes need not talk."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from dataclasses import dataclass, field

from dossiers.models import Applicant, Dossier, DossierEvent, DossierPaper, Holding, Receipt
from dossiers.privacy.sealing import keyed_hash, seal
from dossiers.search_text import fold
from dossiers.states import CLOCK_PAUSED, WORKED_ON
from portal.seeding import persons
from portal.seeding.bulk import NULL, Table
from portal.seeding.province_plan import Plan, kind_at

MASK = (1 << 64) - 1
EVENTS_EACH = 6  # numbers set aside for one dossier's events
FAMILIES = [family for family, share in persons.FAMILIES.items() for _ in range(share)]


def drawn(number: int, seed: int) -> int:
    """Return 64 well-mixed bits for a number (splitmix64)."""
    n = (number * 0x9E3779B97F4A7C15 + seed * 0xD1342543DE82EF95) & MASK
    n = ((n ^ (n >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    n = ((n ^ (n >> 27)) * 0x94D049BB133111EB) & MASK
    return n ^ (n >> 31)


def name_of(person: int, seed: int) -> str:
    """Return the full name of the person with this number."""
    bits = drawn(person ^ 0x5EED, seed)
    sex = "nam" if bits & 1 else "nữ"
    family = FAMILIES[(bits >> 1) % len(FAMILIES)]
    middles, givens = persons.MIDDLES[sex], persons.GIVEN[sex]
    middle = middles[(bits >> 12) % len(middles)]
    given = givens[(bits >> 20) % len(givens)]
    second = givens[(bits >> 28) % len(givens)] if bits >> 36 & 3 == 0 else ""
    return " ".join(word for word in (family, middle, second, given) if word)


def people(plan: Plan, first: int, last: int) -> list[list[str]]:
    """Return the applicants numbered first…last (the end not included), sealed."""
    table, stamp = Table(Applicant), _text(plan.now)
    rows = []
    for person in range(first, last):
        bits = drawn(person ^ 0xA11CE, plan.seed)
        name = name_of(person, plan.seed)
        number = f"080{bits & 1}{50 + (bits >> 3) % 50:02d}{person % 1_000_000:06d}"
        phone = f"+849{(bits >> 10) % 10}{person % 10_000_000:07d}"
        address = (
            f"Số {1 + (bits >> 20) % 300}, xã {plan.places[(bits >> 30) % len(plan.places)].name.rpartition('xã ')[2]}"
        )
        rows.append(
            table.row(
                id=str(person + 1),
                agency=plan.places[person % len(plan.places)].agency,
                full_name=name,
                name_folded=fold(name),
                id_number=seal(number, "id_number"),
                id_hash=keyed_hash(number, "applicant-id"),
                phone=seal(phone, "phone"),
                phone_hash=keyed_hash(phone, "applicant-phone"),
                address=seal(address, "address"),
                created_at=stamp,
                updated_at=stamp,
            )
        )
    return rows


@dataclass
class Rows:
    """The rows of some days."""

    dossiers: list[list[str]] = field(default_factory=list)
    events: list[list[str]] = field(default_factory=list)
    holdings: list[list[str]] = field(default_factory=list)
    papers: list[list[str]] = field(default_factory=list)
    receipts: list[list[str]] = field(default_factory=list)


def is_received(bits: int) -> bool:
    """Return whether the dossier of these bits was taken in: the others are refused, or wait on the last day."""
    return bits >> 44 & 0x3FF >= 10


def register_lines(plan: Plan) -> list[list[int]]:
    """Return by day how many receipts each place had entered in the register of that year before.

    The numbers of all dossiers are drawn for it once (2 µs each): whoever writes a few days then numbers on alone.
    """
    lines: list[list[int]] = []
    entered, number = [0] * len(plan.places), 0
    for day in range(plan.received_days):
        if day and plan.days[day].year != plan.days[day - 1].year:
            entered = [0] * len(plan.places)
        lines.append(entered.copy())
        counts = plan.counts(day)
        for turn in range(max(1, max(counts))):
            for place, count in enumerate(counts):
                if turn < count:
                    number += 1
                    entered[place] += is_received(drawn(number, plan.seed))
    lines.append(entered)
    return lines


class Drawer:
    """Draws the dossiers of a day with their events, and for open ones who holds them and their papers."""

    def __init__(self, plan: Plan, lines: list[list[int]]):
        self.plan, self.lines = plan, lines
        self.entered: list[int] = []
        self.dossier, self.event = Table(Dossier), Table(DossierEvent)
        self.holding, self.paper, self.receipt = Table(Holding), Table(DossierPaper), Table(Receipt)
        self.now = _text(plan.now)

    def day(self, day: int, into: Rows) -> None:
        """Add one day's dossiers, numbered on from those of the days before."""
        number = self.plan.totals[day - 1] if day else 0
        counts = self.plan.counts(day)
        whole = max(1, max(counts))
        self.entered = self.lines[day].copy()
        # Place by place in turns, so that the numbers of one place are spread over the day as in life.
        for turn in range(whole):
            minute = 450 + turn * 480 // whole
            for place, count in enumerate(counts):
                if turn < count:
                    number += 1
                    self._one(number, day, place, turn + 1, minute, into)

    def _one(self, number: int, day: int, place_at: int, of_day: int, minute: int, into: Rows) -> None:
        plan = self.plan
        place, bits = plan.places[place_at], drawn(number, plan.seed)
        kind = kind_at(plan, bits & 0xFFFF)
        days = plan.days
        received = f"{days[day]} {(minute // 60) - 7:02d}:{minute % 60:02d}:{bits >> 16 & 31:02d}"
        due = f"{days[day + kind.days]} 10:00:00"
        steps, ages = self._story(number, day, kind.days, bits)
        state = steps[-1]
        handler, handler_name = place.handlers[(bits >> 32) % len(place.handlers)]
        # A person is in the register of one place: every so manyth is of this one.
        places = len(plan.places)
        person = (bits >> 21) % (plan.people // places) * places + place_at
        name = name_of(person, plan.seed)
        code = f"{place.code}-{days[day]:%Y%m%d}-{of_day:07d}"
        token = base64.urlsafe_b64encode(hashlib.blake2b(b"%d.%d" % (plan.seed, number), digest_size=16).digest())
        times = [received] + [
            f"{days[min(age, len(days) - 1)]} {1 + (minute + 37 * step) % 9:02d}:{(minute * 7 + step) % 60:02d}:00"
            for step, age in enumerate(ages, 1)
        ]
        times = [min(time, self.now) for time in _rising(times)]
        running = state in WORKED_ON
        finished = times[steps.index("result_ready")] if "result_ready" in steps else NULL
        if state == "stopped":
            finished = times[-1]
        at, row = self.dossier.at, self.dossier.blank.copy()
        row[at["id"]] = str(number)
        row[at["code"]] = row[at["receipt_number"]] = code
        row[at["receipt"]] = str(number)
        row[at["token"]] = token[:22].decode()
        row[at["agency"]], row[at["agency_version"]] = place.agency, place.version
        row[at["agency_name"]], row[at["desk"]] = place.name, place.desk
        row[at["procedure"]], row[at["procedure_version"]] = kind.procedure, kind.version
        row[at["procedure_name"]] = kind.name
        row[at["content"]] = kind.content[bits % len(kind.content)]
        row[at["channel"]] = "online" if bits >> 40 & 7 < 3 else "counter"
        row[at["owner"]] = row[at["submitter"]] = str(person + 1)
        row[at["owner_name"]], row[at["owner_name_folded"]] = name, fold(name)
        row[at["state"]], row[at["state_changed_at"]] = state, times[-1]
        row[at["unit"]] = place.front if len(steps) == 1 else place.back
        row[at["handler"]] = NULL if len(steps) == 1 else handler
        row[at["submitted_at"]] = row[at["received_at"]] = received
        if not is_received(bits):
            row[at["received_at"]], due = NULL, NULL
        row[at["limit_amount"]], row[at["limit_unit"]] = kind.limit_amount, kind.limit_unit
        row[at["due_at"]] = row[at["promised_at"]] = due
        row[at["clock_open"]] = "1" if running else "0"
        row[at["paused_at"]] = times[-1] if state in CLOCK_PAUSED else NULL
        row[at["finished_at"]] = finished
        row[at["returned_at"]] = times[-1] if state == "result_returned" else NULL
        row[at["supplement_rounds"]] = "1" if state == "supplement_requested" else "0"
        row[at["created_by"]], row[at["updated_at"]] = place.clerk, times[-1]
        row[at["version"]] = str(len(steps))
        into.dossiers.append(row)
        into.receipts.append(self._receipt(number, row, days[day].year, place_at, place, bits))
        self._history(number, code, due, steps, times, place, handler, handler_name, into)
        if running or state in CLOCK_PAUSED or state == "submitted":
            self._open(number, state, times[-1], place, handler, into)

    def _receipt(self, number: int, dossier: list[str], year: int, place_at: int, place, bits: int) -> list[str]:
        """Return the dossier's receipt, with its line in the register when it was taken in."""
        at = self.dossier.at
        line = {}
        if is_received(bits):
            self.entered[place_at] += 1
            line = {"register_year": str(year), "register_number": str(self.entered[place_at])}
        return self.receipt.row(
            id=str(number),
            number=dossier[at["code"]],
            agency=place.agency,
            submitter=dossier[at["submitter"]],
            token=f"r{dossier[at['token']]}",
            issued_at=dossier[at["submitted_at"]],
            issued_by=place.clerk,
            **line,
        )

    def _story(self, number: int, day: int, length: int, bits: int) -> tuple[list[str], list[int]]:
        """Return the states passed through and, for each after the first, the day (by its place in days) it came."""
        last = self.plan.received_days - 1
        luck = bits >> 44 & 0x3FF
        if not is_received(bits):
            return (["refused"], []) if day < last else (["submitted"], [])
        if luck < 32 and day + 2 <= last:
            return ["accepted", "assigned", "stopped"], [day, day + max(1, length // 2)]
        lateness = length // 2 + 3 if luck > 1005 else 0
        done = day + max(0 if length == 0 else 1, length * (3 + (bits >> 54 & 7)) // 10) + lateness
        if luck == 700 and bits >> 60 < 6:
            done = last + 9  # lies still, long overdue
        returned = done + (bits >> 57 & 3)
        if luck < 45 and done > last - 3:
            return ["accepted", "assigned", "supplement_requested"], [day, min(last, day + 1)]
        full = bits >> 50 & 3 == 0 or done > last
        steps = ["accepted", "assigned", "appraising", "signing"] if full else ["accepted", "assigned"]
        ages = [day, (day + done) // 2, max(day, done - 1)] if full else [day]
        steps, ages = [*steps, "result_ready", "result_returned"], [*ages, done, returned]
        kept = 1 + sum(age <= last for age in ages)
        if day == last:
            kept = min(kept, 1 + (bits >> 12 & 3))
        return steps[:kept], ages[: kept - 1]

    def _history(self, number, code, due, steps, times, place, handler, handler_name, into: Rows) -> None:
        at, before = self.event.at, ""
        due_at = "null" if due == NULL else f'"{due.replace(" ", "T")}+00:00"'
        facts = f'{{"code": "{code}", "number": "{code}", "due_at": {due_at}}}'
        for step, (state, time) in enumerate(zip(steps, times, strict=True)):
            row = self.event.blank.copy()
            row[at["id"]] = str(number * EVENTS_EACH + step)
            row[at["dossier"]] = str(number)
            row[at["kind"]] = row[at["to_state"]] = state
            row[at["from_state"]] = before
            row[at["at"]] = row[at["recorded_at"]] = time
            clerk = step == 0 or state == "result_returned"
            row[at["actor"]] = place.clerk if clerk else handler
            row[at["actor_name"]] = place.clerk_name if clerk else handler_name
            row[at["facts"]] = facts
            into.events.append(row)
            before = state

    def _open(self, number: int, state: str, since: str, place, handler: str, into: Rows) -> None:
        into.holdings.append(
            self.holding.row(
                id=str(number),
                dossier=str(number),
                unit=place.front if state in {"accepted", "submitted"} else place.back,
                holder=NULL if state in {"accepted", "submitted"} else handler,
                state=state,
                from_at=since,
            )
        )
        into.papers.append(
            self.paper.row(id=str(number), dossier=str(number), name="Đơn, tờ khai theo mẫu", originals="1")
        )


def _rising(times: list[str]) -> list[str]:
    """Return the moments with none before its forerunner."""
    rising = times[:1]
    for time in times[1:]:
        rising.append(max(time, rising[-1]))
    return rising


def _text(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
