"""Procedures at the counters of a centre by file: taken or not, its own limit where the catalogue has none, its fees.

The national text is not written here but loaded, version by version (dossiers.catalogue): it is everybody's.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, QuerySet, When
from django.utils import timezone
from django.utils.functional import cached_property

from dossiers import ownership, typed
from dossiers.catalogue.columns import TIME_UNITS
from dossiers.catalogue.durations import parse_time_limit
from dossiers.catalogue.portal_text import tidy
from dossiers.intake.named_procedures import procedures_with
from dossiers.models import Channel, CounterProcedure, Procedure, ProcedureVersion, TimeLimit, valid_on
from dossiers.search_text import fold
from dossiers.table_files.written import guarded
from dossiers.written_limits import written_limit
from portal.transfer.everyday.cells import Cell, YesNo, words_of
from portal.transfer.everyday.lists import agency
from portal.transfer.everyday.tables import Column, Table

RIGHT = "dossiers.keep_counter_list"
NOTHING_TO_PAY = frozenset({"khong", "mien phi", "khong thu", "khong co", "0", "khong thu phi", "khong mat phi"})
_FEE = re.compile(
    r"(?:(?P<name>.+?)\s*:\s*)?(?P<amount>[\d.,\s]+(?:đồng|VNĐ|VND|đ|₫)?)\s*(?:/\s*(?P<unit>.+))?", re.IGNORECASE
)
UNITS = [unit for unit in TimeLimit.Unit.values if unit != TimeLimit.Unit.UNSTATED]
_BARE = re.compile(r"\d+(?:[.,]\d+)?")


class ProcedureCode(Cell):
    """A procedure by its national code, another code of it, or a local portal's."""

    def clean(self, value, row=None, run=None, **kwargs) -> Procedure | None:
        said = words_of(value)
        if not said:
            return None
        found = run.procedures.get(said.upper()) or procedures_with([said]).get(said)
        if found is None:
            raise ValueError(f"Danh mục không có thủ tục mã “{said[:40]}”. Hãy ghi mã như 1.001193, hoặc nạp danh mục.")
        return found

    def render(self, value, obj=None, **kwargs) -> str:
        return value.code if value else ""


class Limit(Cell):
    """A time limit: "05 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ"; a bare number needs its heading's unit."""

    counts = True

    def knows_unit(self, said: str) -> bool:
        return fold(said) in TIME_UNITS

    def in_unit(self, value: object, unit: str) -> object:
        return f"{words_of(value)} {unit}" if _BARE.fullmatch(words_of(value)) else value

    def clean(self, value, row=None, **kwargs) -> tuple[Decimal | None, str] | None:
        said = words_of(value)
        if not said:
            return None
        limit, _ = parse_time_limit(said)
        if limit.unit not in UNITS or (limit.amount is None and limit.unit != TimeLimit.Unit.SAME_DAY):
            raise ValueError(f"Chưa đọc được thời hạn “{said[:60]}”. Hãy ghi như 5 ngày làm việc, hoặc 4 giờ làm việc.")
        return limit.amount, str(limit.unit)

    def render(self, value, obj=None, **kwargs) -> str:
        return written_limit(*value) if value else ""


class LimitColumn(Column):
    """The amount and the unit of a centre's own limit, as one cell."""

    def get_value(self, instance) -> tuple[Decimal | None, str] | None:
        return (instance.limit_amount, instance.limit_unit) if instance.limit_unit else None

    def save(self, instance, row, is_m2m=False, **kwargs) -> None:
        instance.limit_amount, instance.limit_unit = self.clean(row, **kwargs) or (None, "")


class Fees(Cell):
    """What is to be paid, a line each: "Lệ phí: 8.000 đồng/bản"; a sum alone, or "Không" for nothing at all."""

    counts = True

    def clean(self, value, row=None, **kwargs) -> list[dict[str, Any]] | None:
        text = guarded(tidy(value.replace("\r\n", "\n"))) if isinstance(value, str) else words_of(value)
        if not text:
            return None
        if fold(text).strip(" .") in NOTHING_TO_PAY:
            return [{"name": "Phí, lệ phí", "unit": "", "amount": 0}]
        return [self._line(line) for line in re.split(r"\s*[;\n]\s*", text) if line.strip()]

    @staticmethod
    def _line(line: str) -> dict[str, Any]:
        found = _FEE.fullmatch(line.strip())
        amount = typed.amount(found["amount"]) if found else None
        if found is None or amount is None:
            raise ValueError(f"Chưa đọc được khoản thu “{line[:60]}”. Hãy ghi như Lệ phí: 8.000 đồng/bản, hoặc Không.")
        return {"name": found["name"] or "Phí, lệ phí", "unit": (found["unit"] or "").strip(), "amount": amount}

    def render(self, value, obj=None, **kwargs) -> str:
        return "" if value is None else "\n".join(map(self._written, value))

    @staticmethod
    def _written(fee: dict[str, Any]) -> str:
        amount = f"{fee['amount']:,.0f}".replace(",", ".")
        return f"{fee['name']}: {amount} đồng" + (f"/{fee['unit']}" if fee.get("unit") else "")


class CounterProcedures(Table):
    """What a centre keeps of procedures for its counters."""

    slug, title, key = "thu-tuc-o-quay", "Thủ tục ở quầy (của cơ quan)", ("procedure", "agency")
    hint = (
        "Của riêng cơ quan: có nhận hay không, mức thu theo nghị quyết, thời hạn khi danh mục quốc gia không ghi. "
        "Giấy tờ ở quầy sửa ở trang thủ tục; nội dung dùng chung do quản trị toàn tỉnh nạp ở Danh mục thủ tục."
    )
    procedure = Column(
        "procedure",
        "Mã thủ tục",
        ProcedureCode(),
        *("mã số TTHC", "mã TTHC", "mã số thủ tục", "mã thủ tục hành chính", "mã số", "mã"),
        needed=True,
    )
    name = Column(
        "procedure__name",
        "Tên thủ tục",
        Cell(),
        *("tên TTHC", "tên thủ tục hành chính", "thủ tục hành chính", "tên"),
        readonly=True,
    )
    agency = agency()
    taken = Column("taken", "Quầy có nhận", YesNo(), "có tiếp nhận", "tiếp nhận", "có nhận")
    limit = LimitColumn(
        "limit", "Thời hạn giải quyết", Limit(), "thời hạn", "thời gian giải quyết", "số ngày", "thời hạn thực hiện"
    )
    limit_basis = Column("limit_basis", "Căn cứ thời hạn", Cell(), "căn cứ của thời hạn")
    fees = Column(
        "fees",
        "Phí, lệ phí",
        Fees(),
        "phí, lệ phí (đồng)",
        "phí và lệ phí",
        "lệ phí",
        "lệ phí (đồng)",
        "phí",
        "mức thu",
    )
    fee_basis = Column("fee_basis", "Nghị quyết mức thu", Cell(), "nghị quyết quy định mức thu", "căn cứ mức thu")

    class Meta:
        model = CounterProcedure

    @classmethod
    def may(cls, request, verb: str, row=None) -> bool:
        """Return whether the person keeps counter lists, and that row; there is no list of them at the desk."""
        own = row is None or verb == "view" or ownership.may_write(request.user, row)
        return own and request.user.has_perm(RIGHT)

    @cached_property
    def procedures(self) -> dict[str, Procedure]:
        """The procedures by code."""
        return {row.code: row for row in Procedure.objects.only("code", "name")}

    @cached_property
    def versions(self) -> dict[int, int]:
        """The version of today by procedure."""
        return dict(self._published().order_by("valid_from", "id").values_list("procedure_id", "id"))

    @staticmethod
    def _published() -> QuerySet[ProcedureVersion]:
        today = timezone.localdate()
        return ProcedureVersion.objects.filter(valid_on(today), status=ProcedureVersion.Status.PUBLISHED)

    @cached_property
    def national(self) -> dict[int, list[tuple[Decimal | None, str]]]:
        """The limits of the catalogue for every case that count at a counter, by procedure.

        The counter's own where stated, else those of no channel, else the other channels': as limit_for has it.
        """
        nearness = Case(When(channel=Channel.COUNTER, then=0), When(channel="", then=1), default=2)
        stated = TimeLimit.objects.filter(case=None, version__in=self._published()).exclude(unit="")
        rows = stated.annotate(rank=nearness).order_by("rank", "id")
        found: dict[int, list[tuple[Decimal | None, str]]] = {}
        ranks: dict[int, int] = {}
        for version, procedure, rank, amount, unit in rows.values_list(
            "version", "version__procedure", "rank", "amount", "unit"
        ):
            if version == self.versions.get(procedure) and ranks.setdefault(procedure, rank) == rank:
                found.setdefault(procedure, []).append((amount, unit))
        return found

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        self._limit_of_the_catalogue(instance)
        instance.checked_by = self.request.user
        super().validate_instance(instance, import_validation_errors, validate_unique)

    def _limit_of_the_catalogue(self, instance) -> None:
        """Drop a limit that says what the catalogue says. Raises ValidationError for another, or without a basis."""
        if not (instance.limit_unit and instance.procedure_id):
            return
        stated = self.national.get(instance.procedure_id, [])
        if (instance.limit_amount, instance.limit_unit) in stated:
            instance.limit_amount, instance.limit_unit, instance.limit_basis = None, "", ""
        elif stated:
            words = ", ".join(dict.fromkeys(written_limit(*each) for each in stated))
            raise ValidationError(f"Thời hạn giải quyết: danh mục ghi {words}, cơ quan không đặt thời hạn khác được.")
        elif not instance.limit_basis:
            raise ValidationError("Căn cứ thời hạn: hãy ghi điều, văn bản, ví dụ Điều 7 Nghị định 23/2015/NĐ-CP.")

    def before_save_instance(self, instance, row, **kwargs):
        if instance.papers is None:  # a list of papers stays checked against the version it was made for
            instance.based_on_id = self.versions.get(instance.procedure_id)
