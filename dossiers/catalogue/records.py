"""What a record of the procedure catalogue says, as plain values.

Everything here is immutable and knows neither files nor the database. Amounts are whole units of their currency
(đồng for VND); durations are counts of their unit. The original text always travels beside the value read from it.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

MAX_PROBLEM_TEXT = 300


class Severity(StrEnum):
    """How far a person can rely on the value beside the problem."""

    UNPARSED = "unparsed"  # nothing was read: the original text is all there is
    DOUBTFUL = "doubtful"  # something was read, but the source contradicts itself or leaves a part open


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that could not be read, in words a clerk understands."""

    field: str
    reason: str
    text: str = ""
    severity: Severity = Severity.UNPARSED

    def __post_init__(self):
        if len(self.text) > MAX_PROBLEM_TEXT:
            object.__setattr__(self, "text", self.text[: MAX_PROBLEM_TEXT - 1] + "…")


class LimitUnit(StrEnum):
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    HOUR = "hour"
    MONTH = "month"
    SAME_DAY = "same_day"
    UNSTATED = "unstated"  # the portal prints a bare number


class LimitSource(StrEnum):
    CELL = "cell"  # the portal's "Thời gian" column
    DESCRIPTION = "description"  # the column is empty or lacks the unit; the description beside it says it
    STEPS = "steps"  # the same, said by the steps of the procedure
    NONE = "none"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A time limit. `amount` is None when no limit is stated; `text` is the portal's cell."""

    amount: Decimal | None
    unit: LimitUnit
    text: str
    source: LimitSource = LimitSource.CELL

    @property
    def is_stated(self) -> bool:
        return self.amount is not None or self.unit is LimitUnit.SAME_DAY


class FeeKind(StrEnum):
    FREE = "free"
    FIXED = "fixed"
    RANGE = "range"
    BY_RULE = "by_rule"  # another rule (a circular, a People's Council resolution) sets the amount
    NOT_STATED = "not_stated"
    UNCLEAR = "unclear"  # the portal contradicts itself: a person decides


@dataclass(frozen=True, slots=True)
class Fee:
    """One fee. `amount` (and `amount_max` of a range) in whole `currency`; dates bound a reduced fee, inclusive."""

    kind: FeeKind
    amount: int | None = None
    amount_max: int | None = None
    currency: str = "VND"
    per: str = ""
    label: str = ""
    note: str = ""
    text: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class ChannelKind(StrEnum):
    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"
    ANY = ""  # a simple table gives one limit and one fee for every way to submit


@dataclass(frozen=True, slots=True)
class Channel:
    """One row of the portal's table of ways to submit."""

    kind: ChannelKind
    limit: TimeLimit
    fees: tuple[Fee, ...]
    description: str
    text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of the file. Counts are None when the portal prints no quantity."""

    name: str
    form_files: tuple[str, ...] = ()
    originals: int | None = None
    copies: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class PaperGroup:
    title: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class LegalBasis:
    title: str
    number: str


@dataclass(frozen=True, slots=True)
class Result:
    name: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    order: int
    heading: str
    text: str


class Level(StrEnum):
    MINISTRY = "ministry"
    PROVINCE = "province"
    COMMUNE = "commune"
    OTHER = "other"


class OnlineLevel(StrEnum):
    INFORMATION = "information"
    PARTIAL = "partial"
    FULL = "full"
    UNSTATED = "unstated"


@dataclass(frozen=True, slots=True)
class ProcedureRecord:
    """One procedure of the catalogue. `raw` is the source record exactly as it came (text values)."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    field_name: str = ""
    ministry: str = ""
    kind: str = ""
    levels: tuple[Level, ...] = ()
    audiences: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    competent_agency: str = ""
    intake_address: str = ""
    delegated_agency: str = ""
    coordinating_agency: str = ""
    decision_number: str = ""
    decision_text: str = ""
    online_level: OnlineLevel = OnlineLevel.UNSTATED
    online_url: str = ""
    channels: tuple[Channel, ...] = ()
    paper_groups: tuple[PaperGroup, ...] = ()
    legal_bases: tuple[LegalBasis, ...] = ()
    results: tuple[Result, ...] = ()
    steps: tuple[Step, ...] = ()
    conditions: str = ""
    related: tuple[str, ...] = ()
    portal: bool = True  # False for a row of a simple table
    raw: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def is_loadable(self) -> bool:
        """False when there is no usable code or name: such a record cannot become a procedure."""
        return bool(self.code and self.name)
