"""Files of more rows than one waits for: the worker tries and writes them, with progress and a stop between pieces."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from dossiers.long_acts import running
from dossiers.long_acts.kinds import NotDone, register
from dossiers.long_acts.progress import Progress
from dossiers.models import LongAct
from dossiers.scoping import may_see
from dossiers.table_files.text_stream import TableFileError
from portal.transfer.everyday import sending
from portal.transfer.everyday.kinds import TABLES
from portal.transfer.models import SentTable

TRY, WRITE = "table-try", "table-write"
CHANGED = "Danh sách vừa có người sửa nên chưa ghi gì; hãy xem lại rồi bấm ghi."


def begin(kind: str, sent: SentTable, *, by, now: dt.datetime) -> LongAct:
    """Ask the worker to try the file, or to write it; return the act."""
    what = "Xem trước bảng" if kind == TRY else "Ghi bảng"
    return running.begin(kind, f"{what} “{sent.name}”", {"sent": sent.pk}, by=by, now=now)


@register(TRY)
def try_later(act: LongAct, progress: Progress) -> dict:
    """Say of each row what would come of it; nothing is written."""
    sent, request, more = _asked(act, progress)
    try:
        sending.try_again(sent, request, **more)
    except TableFileError as error:
        raise NotDone(str(error)) from None
    return _result(sent, "Đã xem hết tệp, chưa ghi gì.")


@register(WRITE)
def write_later(act: LongAct, progress: Progress) -> dict:
    """Write the file as it was looked at: whole or, stopped or changed meanwhile, not at all."""
    sent, request, more = _asked(act, progress)
    try:
        written = sending.write(sent, request, now=timezone.now(), **more)
    except TableFileError as error:
        raise NotDone(str(error)) from None
    return _result(sent, "Đã ghi. Dòng không nhận vẫn nằm trong báo cáo." if written else CHANGED)


def _asked(act: LongAct, progress: Progress) -> tuple[SentTable, HttpRequest, dict]:
    """Return the file, whoever asked as a request of theirs, and how it is read. Raises NotDone when they may not."""
    sent = SentTable.objects.select_related("agency").filter(pk=act.asked["sent"], by=act.by).first()
    if sent is None or act.by is None:
        raise NotDone(sending.GONE)
    request, kind = HttpRequest(), TABLES[sent.table]
    request.user = act.by
    if not act.by.is_active or not kind.may_bring(request):
        raise NotDone("Bạn không còn quyền nhập bảng này, nên chưa ghi gì.")
    if sent.agency_id and not may_see(act.by, sent.agency_id):
        raise NotDone(f"{sent.agency} không còn trong phạm vi của bạn, nên chưa ghi gì.")
    return sent, request, {"most": kind.most_later, "told": lambda done, total: progress.told(done, total, "dòng")}


def _result(sent: SentTable, words: str) -> dict:
    return {"words": words, "address": reverse("admin:table_sent", args=[sent.pk]), "action": "Xem từng dòng"}
