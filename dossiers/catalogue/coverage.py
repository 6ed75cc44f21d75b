"""How much of a set of records was read: one line a field, for the import's summary and for the tests."""

from collections.abc import Iterable
from dataclasses import dataclass

from dossiers.catalogue.records import FeeKind, LimitUnit, ProcedureRecord, Severity


@dataclass(frozen=True, slots=True)
class Share:
    """`read` of `stated` items of one kind were read; `doubtful` of those read wait for a person's confirmation."""

    name: str
    stated: int
    read: int
    doubtful: int = 0

    @property
    def percent(self) -> float:
        return 100 * self.read / self.stated if self.stated else 100.0


def coverage(records: Iterable[ProcedureRecord]) -> list[Share]:
    """Return the shares, counted over channel rows, fees, papers, groups, legal bases, results and whole records."""
    tally = Tally()
    for record in records:
        tally.count(record)
    return tally.shares()


class Tally:
    """Counts record by record, so that a large file need not be held."""

    def __init__(self):
        self._counts: dict[str, list[int]] = {}

    def count(self, record: ProcedureRecord) -> None:
        _count_channels(self, record)
        _count_lists(self, record)
        unread = any(problem.severity is Severity.UNPARSED for problem in record.problems)
        self.add("Thủ tục không còn chỗ chưa đọc được", True, not unread, bool(record.problems))

    def add(self, name: str, stated: bool, read: bool, doubtful: bool = False, times: int = 1) -> None:
        counts = self._counts.setdefault(name, [0, 0, 0])
        if stated:
            counts[0] += times
            counts[1] += times * read
            counts[2] += times * (read and doubtful)

    def shares(self) -> list[Share]:
        return [Share(name, *counts) for name, counts in self._counts.items()]


def _count_channels(tally: Tally, record: ProcedureRecord) -> None:
    for channel in record.channels:
        stated = channel.limit.is_stated or any(char.isdigit() for char in channel.limit.text)
        tally.add("Thời hạn theo hình thức nộp", stated, channel.limit.is_stated)
        tally.add("… trong đó biết rõ đơn vị", stated, channel.limit.unit is not LimitUnit.UNSTATED)
        for fee in channel.fees:
            stated = fee.kind is not FeeKind.NOT_STATED
            tally.add("Phí, lệ phí (mức thu hoặc văn bản quy định)", stated, fee.kind is not FeeKind.UNCLEAR)
            tally.add("… trong đó có số tiền", stated, fee.amount is not None)


def _count_lists(tally: Tally, record: ProcedureRecord) -> None:
    lost = sum(p.severity is Severity.UNPARSED and p.field == "Thành phần hồ sơ" for p in record.problems)
    tally.add("Giấy tờ có tên và số lượng", True, False, times=lost)
    for group in record.paper_groups:
        for paper in group.papers:
            tally.add("Giấy tờ có tên và số lượng", True, paper.originals is not None)
    for basis in record.legal_bases:
        tally.add("Căn cứ pháp lý có số, ký hiệu", True, bool(basis.number))
    for result in record.results:
        tally.add("Kết quả có mã", True, bool(result.code))
    tally.add("Cấp thực hiện", True, bool(record.levels))
    tally.add("Số quyết định công bố", bool(record.decision_text), "/QĐ" in record.decision_number)


def as_table(shares: list[Share]) -> str:
    """Return the shares as an aligned Vietnamese table."""
    width = max([len(share.name) for share in shares] + [10])
    lines = [f"{'Nội dung':<{width}}  {'có nêu':>8}  {'đọc được':>8}  {'tỷ lệ':>7}"]
    for share in shares:
        percent = f"{share.percent:.1f}".replace(".", ",")
        lines.append(f"{share.name:<{width}}  {share.stated:>8}  {share.read:>8}  {percent:>6}%")
    return "\n".join(lines)
