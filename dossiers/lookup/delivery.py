"""How the citizen is given the result: the words of "nơi nhận kết quả" say it, whoever wrote them."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext as _

from dossiers.attachments.types import PDF
from dossiers.models import Attachment, DossierResult
from dossiers.search_text import fold
from dossiers.states import WITH_RESULT

ELECTRONIC = "Bản điện tử"
BY_POST = "Qua bưu điện"


class Way(StrEnum):
    COUNTER = "counter"
    POST = "post"
    FILE = "file"


def way_of(place: str) -> Way:
    """Return how a result with this place is given; a post office that only keeps it is a counter."""
    words = fold(place)
    if words.startswith("ban dien tu"):
        return Way.FILE
    return Way.POST if "qua buu dien" in words or "buu chinh" in words else Way.COUNTER


def duty(way: Way) -> str:
    """Return what the citizen does about a result that is there; "" for one kept at the counter."""
    if way is Way.FILE:
        return _("Kết quả là bản điện tử: tải ở trang hồ sơ, không phải đến quầy.")
    if way is Way.POST:
        return _("Kết quả được gửi qua bưu điện tới địa chỉ đã ghi; bạn không phải đến quầy.")
    return ""


def file_of(dossier_id: int) -> Attachment | None:
    """Return the file a citizen who asked for one is given: of a result that is there, a PDF. One query.

    A draft is nobody's before it is signed, and a text that can still be changed is no result.
    """
    ready = DossierResult.objects.filter(dossier=dossier_id, dossier__state__in=WITH_RESULT)
    found = ready.select_related("dossier", "file").filter(file__content_type=PDF.media_type).first()
    return found.file if found and way_of(found.dossier.result_place) is Way.FILE else None
