"""The draft of a result as a handler of the demonstration sends it to be signed: one PDF for all, printed once."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import cache

from django.core.files.base import ContentFile

from dossiers import printed_forms
from dossiers.deadlines.working_time import ZONE
from dossiers.models import Attachment, Dossier
from dossiers.printed_forms import DispatchContext, Head, Signature, prose, set_on

NAME = "du-thao-ket-qua.pdf"


def draft_of(dossier: Dossier, by) -> Attachment:
    """Return the unsaved draft of the dossier's result."""
    content = _pdf(dt.datetime.now(ZONE).date())
    return Attachment(
        dossier=dossier,
        name=NAME,
        file=ContentFile(content, name=NAME),
        content_type="application/pdf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        added_by=by,
    )


@cache
def _pdf(day: dt.date) -> bytes:
    head = Head(
        issuer="Ủy ban nhân dân xã", place="Cần Giuộc", parent="", subject="V/v kết quả giải quyết hồ sơ", dated=day
    )
    context = DispatchContext(
        head=head,
        blocks=(
            prose(
                "Căn cứ hồ sơ đã tiếp nhận và kết quả thẩm định, cơ quan giải quyết theo đề nghị của người nộp.",
                "Dự thảo trình lãnh đạo xem xét, ký",
            ),
        ),
        signature=Signature.of("Giám đốc"),
    )
    return printed_forms.render("dispatch", context, form_set=set_on(day), now=dt.datetime.now(ZONE))
