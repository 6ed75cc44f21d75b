"""How the citizen is given the result: the words of "nơi nhận kết quả" say it, whoever wrote them."""

from __future__ import annotations

import re
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext as _

from dossiers.attachments.types import PDF
from dossiers.models import Attachment, DossierResult
from dossiers.search_text import fold
from dossiers.states import WITH_RESULT

ELECTRONIC = "Bản điện tử"
BY_POST = "Qua bưu điện"
BY_MAIL = re.compile(r"\b(?:qua|bang) (?:dich vu )?buu (?:dien|chinh)|^(?:dich vu )?buu chinh")
NOT_FETCHED = Q(result_place__startswith=ELECTRONIC) | Q(result_place__icontains="qua bưu")
"""Dossiers whose result nobody comes for, by the words desk and filing write; `way_of` reads those of others too."""


class Way(StrEnum):
    COUNTER = "counter"
    POST = "post"
    FILE = "file"


def way_of(place: str) -> Way:
    """Return how a result with this place is given; a post office that only keeps it is a counter."""
    words = fold(place)
    if words.startswith("ban dien tu"):
        return Way.FILE
    return Way.POST if BY_MAIL.search(words) else Way.COUNTER


def duty(way: Way) -> str:
    """Return what the citizen does about a result that is there; "" for one kept at the counter."""
    if way is Way.FILE:
        return _("Kết quả là bản điện tử: tải ở trang hồ sơ khi tệp được đưa lên, không phải đến quầy.")
    if way is Way.POST:
        return _("Kết quả được gửi qua bưu điện tới địa chỉ đã ghi; bạn không phải đến quầy.")
    return ""


def file_of(dossier_id: int) -> Attachment | None:
    """Return the file a citizen who asked for one is given, of a result that is there. One query."""
    ready = DossierResult.objects.filter(dossier=dossier_id, dossier__state__in=WITH_RESULT)
    found = ready.select_related("dossier", "file").first()
    if found is None or way_of(found.dossier.result_place) is not Way.FILE or not is_given(found):
        return None
    return found.file


def is_given(result: DossierResult) -> bool:
    """Return whether the file is the result itself: a PDF, and no draft that was signed on paper afterwards.

    A draft is nobody's before it is signed, and a text that can still be changed is no result.
    """
    if result.file is None or result.file.content_type != PDF.media_type:
        return False
    return result.signed_at is None or result.file.added_at >= result.signed_at
