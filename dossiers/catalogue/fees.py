"""One cell of the portal's "Phí, lệ phí" column: "Miễn phí", "50,000 Việt Nam Đồng(/văn bản)", "20 VNĐ(20.000đ/tờ)".

The cell has a headline and often a note in brackets. The headline alone is not the truth: offices that cannot enter a
table of fees choose "Miễn phí" or type thousands, and explain themselves in the note. A headline the note contradicts
is never shown to a citizen as the fee; it is reported instead.
"""

import re
from datetime import date

from dossiers.catalogue.amounts import Money, money_in, parse_number, percent_in, period_in
from dossiers.catalogue.portal_text import is_blank, one_line
from dossiers.catalogue.records import Fee, FeeKind, Problem, Severity

FIELD = "Phí, lệ phí"
SMALLEST_FEE = 1_000  # No fee or charge in force is below 1,000 đồng; a smaller figure is thousands or a placeholder.

_HEADLINE = re.compile(r"(?P<number>[\d.,]+)\s*(?P<currency>.+)")
_NO_CHARGE = re.compile(
    r"^(?:(?:phí|lệ phí|phí, lệ phí)\s*:?\s*)?(?:[-+*]\s*)?(?:\(?\d\)?\s*[^:]{0,60}:\s*)?"
    r"(?:không(?: có| thu(?: (?:phí|lệ phí|tiền))?[^;]*| mất phí| phải nộp[^;]*| quy định| được quy định[^;]*)?"
    r"|chưa (?:có )?quy định|chưa có|miễn(?: phí| lệ phí| thu)*[^;]*|0|0 đồng)[.;\s)]*$",
    re.IGNORECASE,
)
_OTHER_RULE = re.compile(
    r"thông tư|nghị định|nghị quyết|quyết định|hội đồng nhân dân|hđnd|ủy ban nhân dân|ubnd|luật|biểu|theo quy định|"
    r"theo mức|mức (?:thu|phí|lệ phí)|thực hiện theo|bộ tài chính|giá dịch vụ|do .{3,40} quy định",
    re.IGNORECASE,
)
_REDUCED = re.compile(r"áp dụng|giảm|bằng\s+\d+\s*%|kể từ|miễn|từ ngày|đến (?:hết )?ngày|đến \d", re.IGNORECASE)
_CLAUSE = re.compile(r"\s*(?:;|\n|(?<=[^\d\s])\.\s+(?=[^\d\s])|\s[+*•]\s|\s-\s|(?<=\))\s*(?=\())\s*")
_PER_ONLY = re.compile(r"^\s*(?:đồng|đ|vnđ|usd)?\s*/\s*(?P<per>[^()/;.]{1,60})\s*(?:\(|[.;]|$)", re.IGNORECASE)


def parse_fee(headline: str, note: str = "") -> tuple[list[Fee], list[Problem]]:
    """Return the fees one cell states and what could not be read. Never raises.

    A cell gives one fee, or several when the note lists amounts by case, or a second one with dates when the note
    grants a reduction for a time ("bằng 50% … từ ngày 01/7/2025 đến hết ngày 31/12/2026").
    """
    headline, note = one_line(headline), one_line(note)
    text = f"{headline} ({note})" if note else headline
    if is_blank(headline) and not note:
        return [Fee(FeeKind.NOT_STATED, text=text)], []
    if headline.casefold() == "miễn phí" or is_blank(headline):
        return _free_headline(note, text)
    found = _HEADLINE.fullmatch(headline)
    number = parse_number(found["number"]) if found else None
    if number is None or number != int(number):
        return [Fee(FeeKind.UNCLEAR, note=note, text=text)], [Problem(FIELD, "Không đọc được mức thu.", text)]
    stated = money_in(f"1 {found['currency']}")
    if not stated:
        problem = Problem(FIELD, "Không nhận ra loại tiền của mức thu.", text)
        return [Fee(FeeKind.UNCLEAR, note=note, text=text)], [problem]
    return _amount_headline(int(number), stated[0].currency, note, text)


def _free_headline(note: str, text: str) -> tuple[list[Fee], list[Problem]]:
    inner = _unwrapped(note)
    if not inner or _NO_CHARGE.match(inner):
        return [Fee(FeeKind.FREE, 0, note=note, text=text)], []
    listed = _by_clause(inner, note, text)
    if listed:
        reason = "Cổng ghi “Miễn phí” nhưng ghi chú nêu mức thu; lấy theo ghi chú, cần xác nhận."
        return listed, [Problem(FIELD, reason, text, Severity.DOUBTFUL)]
    if _OTHER_RULE.search(inner):
        reason = "Cổng ghi “Miễn phí” nhưng ghi chú dẫn văn bản khác; cần nhập mức thu theo văn bản đó."
        return [Fee(FeeKind.BY_RULE, note=note, text=text)], [Problem(FIELD, reason, text, Severity.DOUBTFUL)]
    reason = "Cổng ghi “Miễn phí” kèm ghi chú chưa rõ là có thu hay không."
    return [Fee(FeeKind.UNCLEAR, note=note, text=text)], [Problem(FIELD, reason, text)]


def _amount_headline(amount: int, currency: str, note: str, text: str) -> tuple[list[Fee], list[Problem]]:
    inner = _unwrapped(note)
    sums = money_in(inner)
    if currency == "VND" and amount < SMALLEST_FEE:
        return _too_small(amount, sums, note, text)
    full = Fee(
        FeeKind.FIXED,
        amount,
        currency=currency,
        per=_per(inner, sums, amount),
        label=_label(inner),
        note=note,
        text=text,
    )
    reduced, problems = _reductions(full, inner, note, text)
    # Amounts of the reductions are expected to differ; any other sum must repeat the headline.
    others = {m.amount for m in sums if m.currency == currency} - {f.amount for f in reduced} - {amount}
    if others and amount not in {m.amount for m in sums}:
        reason = "Mức thu trong ô khác mức nêu ở ghi chú; cần xác nhận mức đúng."
        problems.append(Problem(FIELD, reason, text, Severity.DOUBTFUL))
    elif others:
        reason = "Ghi chú nêu thêm mức thu khác theo trường hợp; xem nguyên văn khi thu."
        problems.append(Problem(FIELD, reason, text, Severity.DOUBTFUL))
    return [full, *reduced], problems


def _too_small(amount: int, sums: list[Money], note: str, text: str) -> tuple[list[Fee], list[Problem]]:
    """A headline below any real fee: thousands typed without zeros, dollars marked as đồng, or a placeholder."""
    for money in sums:
        thousands = money.currency == "VND" and money.amount == amount * 1_000
        if thousands or (money.currency != "VND" and money.amount == amount):
            reason = "Số tiền trong ô ghi thiếu (nghìn đồng hoặc ngoại tệ); lấy theo ghi chú, cần xác nhận."
            fee = Fee(FeeKind.FIXED, money.amount, currency=money.currency, per=money.per, note=note, text=text)
            return [fee], [Problem(FIELD, reason, text, Severity.DOUBTFUL)]
    reason = "Số tiền trong ô nhỏ bất thường (có thể ghi theo nghìn đồng); cần nhập mức đúng."
    return [Fee(FeeKind.UNCLEAR, note=note, text=text)], [Problem(FIELD, reason, text)]


def _reductions(full: Fee, inner: str, note: str, text: str) -> tuple[list[Fee], list[Problem]]:
    fees, problems, seen = [], [], set()
    for clause in _CLAUSE.split(inner):
        start, end = period_in(clause)
        if end is None or start is None or not _REDUCED.search(clause) or (start, end) in seen:
            continue
        amount = _reduced_amount(full, clause)
        if amount is None:
            reason = "Ghi chú nêu mức thu trong một thời gian nhưng không tính được số tiền."
            problems.append(Problem(FIELD, reason, clause, Severity.DOUBTFUL))
            continue
        seen.add((start, end))
        kind = FeeKind.FIXED if amount else FeeKind.FREE
        fees.append(
            Fee(
                kind,
                amount,
                currency=full.currency,
                per=full.per,
                label=full.label,
                note=clause,
                text=text,
                valid_from=start,
                valid_to=end,
            )
        )
    return fees, problems


def _reduced_amount(full: Fee, clause: str) -> int | None:
    sums = [m.amount for m in money_in(clause) if m.currency == full.currency and m.amount != full.amount]
    if len(sums) == 1 and sums[0] < full.amount:
        return sums[0]
    percent = percent_in(clause)
    if percent and not sums and re.search(r"nêu trên|trên đây|mức thu quy định$", clause, re.IGNORECASE):
        return full.amount * percent // 100
    if not sums and not percent and re.search(r"miễn (?:phí|lệ phí|thu|kể từ|từ ngày)", clause, re.IGNORECASE):
        return 0
    return None


def _by_clause(inner: str, note: str, text: str) -> list[Fee]:
    """The amounts a note lists, one fee a clause: "Lệ phí cấp mới 40.000 đồng/lần; cấp lại 20.000 đồng/lần"."""
    fees = []
    for clause in _CLAUSE.split(inner):
        start, end = period_in(clause)
        sums = money_in(clause)
        if (
            len(sums) == 2
            and re.search(
                r"từ\s.*đến\s|-|–",
                clause[sums[0].start - 4 : sums[1].start] if sums[0].start > 3 else clause[: sums[1].start],
            )
            and sums[0].amount < sums[1].amount
            and not start
        ):
            fees.append(_listed(FeeKind.RANGE, sums[0], clause, note, text, start, end, sums[1].amount))
            continue
        fees.extend(
            _listed(FeeKind.FIXED if m.amount else FeeKind.FREE, m, clause, note, text, start, end) for m in sums
        )
    return fees


def _listed(
    kind: FeeKind,
    money: Money,
    clause: str,
    note: str,
    text: str,
    start: date | None,
    end: date | None,
    top: int | None = None,
) -> Fee:
    label = one_line(clause[: money.start]).strip(" :-+*(,.")
    return Fee(kind, money.amount, top, money.currency, money.per, label, note, text, start if end else None, end)


def _unwrapped(note: str) -> str:
    note = note.strip()
    while note.startswith("(") and note.endswith(")") and note.count("(") == note.count(")") and _wraps(note):
        note = note[1:-1].strip()
    return note


def _wraps(note: str) -> bool:
    depth = 0
    for place, char in enumerate(note):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return place == len(note) - 1
    return False


def _per(inner: str, sums: list[Money], amount: int) -> str:
    if found := _PER_ONLY.match(inner):
        return found["per"].strip()
    return next((m.per for m in sums if m.amount == amount and m.per), "")


def _label(inner: str) -> str:
    """The words of a note that only says what the fee is for; "" when it says more than that."""
    if not inner or len(inner) > 200 or money_in(inner) or _PER_ONLY.match(inner) or _OTHER_RULE.search(inner):
        return ""
    return "" if _REDUCED.search(inner) and period_in(inner)[1] else inner.strip(" .;-+")
