"""Opening what the machine hid by mistake: by whoever approves publications, with a reason, kept with who and when."""

from __future__ import annotations

import datetime as dt
import json

from dossiers.search_text import fold
from dossiers.workflow.moving import write
from feedback.cases.moving import ActError, Change, needed
from feedback.masking.masking import OPENABLE
from feedback.models import Case, Publication
from feedback.publication import publishing

MAY_BE_OPENED = frozenset(kind.value for kind in OPENABLE)


def choices(case: Case) -> list[str]:
    """Return the hidden words of the draft that may be found to be nobody's name or home."""
    row = Publication.objects.filter(case=case, status=Publication.Status.DRAFT).first()
    found = publishing.hidden_from(row) if row is not None else []
    return list(dict.fromkeys(words for kind, words in found if kind in MAY_BE_OPENED))


def reveal(case: Case, *, by, now: dt.datetime, words: str, reason: str) -> Change:
    """Open these hidden words in the draft; the history keeps who, when and why, the draft which words.

    Names of the sender and of staff stay hidden whatever is asked; so do numbers. Texts retyped by hand stay as typed.
    """
    reason = needed(reason, "Ghi lý do bỏ ẩn.", longest=255)
    row = Publication.objects.filter(case=case, status=Publication.Status.DRAFT).first()
    if row is None:
        raise ActError("Chỉ bỏ ẩn khi bản công khai đang soạn.")
    if words not in choices(case):
        raise ActError("Chọn một chỗ đang ẩn trong danh sách.")
    said = f" {fold(words)} "
    names = [f" {fold(name)} " for name in publishing.names_in_play(case, now.date()) if name.strip()]
    if any(name in said or said in name for name in names):
        raise ActError("Đây là tên người gửi hoặc cán bộ, không bỏ ẩn được.")
    before, after = (publishing.preview(case, on=now.date(), opened=more) for more in ((), (words,)))
    kept = json.loads(row.masked)
    entry = {"words": words, "reason": reason, "by": by.get_full_name() or by.username, "at": now.isoformat()}
    kept |= {"opened": [*kept.get("opened", []), entry], **{key: after[key].found for key in after}}
    texts = {key: after[key].text for key in after if getattr(row, key) == before[key].text}

    def then(event):
        changed = {**texts, "masked": json.dumps(kept, ensure_ascii=False)}
        write(row, changed, unless=("status",), stale=publishing.STALE)
        return event

    return Change({}, told={"internal_note": f"Lý do: {reason}"}, then=then)
