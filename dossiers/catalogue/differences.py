"""What changed between two publications of one procedure, column by column, in words people read.

Only the source text decides: a staff member's corrections to what was read from it are not a difference, and neither
are spaces, nor columns about the file itself.
"""

import hashlib
import json

from dossiers.catalogue.columns import COLUMNS
from dossiers.catalogue.portal_text import one_line

# Where the row was copied from says nothing about the procedure.
_NOT_CONTENT = {"raw_text", "nguon", "ma_thu_tuc", "ma_khac"}
CONTENT = tuple(key for key in COLUMNS if key not in _NOT_CONTENT)
LIMIT_COLUMNS = ("cach_thuc_thuc_hien", "thoi_han", "don_vi_thoi_han")
FEE_COLUMNS = ("cach_thuc_thuc_hien", "le_phi", "ghi_chu_le_phi")
CHANNEL_COLUMNS = tuple(dict.fromkeys(LIMIT_COLUMNS + FEE_COLUMNS))
PAPER_COLUMNS = ("thanh_phan_ho_so", "giay_to")
_EXCERPT = 240
_LEAD = 60


def completed(old: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    """Return `new` with what it says nothing about taken from `old`: a table of limits and fees erases no papers.

    The portal's channel table and the plain columns of limit and fee stand for the same thing: whichever the new record
    has puts the old ones aside.
    """
    aside = {key for group in (CHANNEL_COLUMNS, PAPER_COLUMNS) if set(group) & new.keys() for key in group}
    return {key: text for key, text in old.items() if key not in aside} | new


def fingerprint(raw: dict[str, str]) -> str:
    """Return 64 hex digits that are equal for equal content, whatever its spacing and order."""
    content = {key: one_line(raw[key]) for key in CONTENT if raw.get(key)}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def same(old: dict[str, str], new: dict[str, str], keys: tuple[str, ...]) -> bool:
    """True when the columns `keys` say the same in both."""
    return all(one_line(old.get(key)) == one_line(new.get(key)) for key in keys)


def difference(old: dict[str, str], new: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return {column: {"name", "before", "after"}} of the columns that differ, excerpts around the first difference."""
    found = {}
    for key in CONTENT:
        before, after = one_line(old.get(key)), one_line(new.get(key))
        if before != after:
            found[key] = {"name": COLUMNS[key][0], **_excerpts(before, after)}
    return found


def _excerpts(before: str, after: str) -> dict[str, str]:
    place = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    start = max(0, place - _LEAD) if max(len(before), len(after)) > _EXCERPT else 0
    return {"before": _cut(before, start), "after": _cut(after, start)}


def _cut(text: str, start: int) -> str:
    excerpt = text[start : start + _EXCERPT]
    return ("…" if start and excerpt else "") + excerpt + ("…" if start + _EXCERPT < len(text) else "")
