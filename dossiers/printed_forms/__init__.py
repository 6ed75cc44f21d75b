"""The printed forms of a one-stop centre: registry, contexts, wording (requirements S1-13…S1-15, issue "All forms").

FORMS[code] is a form; render(code, context, form_set=…, now=…) is its PDF.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .apology import APOLOGY, ApologyContext
from .body import prose
from .control_sheet import CONTROL_SHEET, ControlSheetContext, HandOver
from .dispatch import DISPATCH, DispatchContext
from .editions import SETS, Edition, FormError, FormSet, set_on
from .fee_receipt import FEE_RECEIPT, FeeReceiptContext, PaidLine
from .form import Form
from .head import AUTHORITIES, Head, Person, Signature
from .receipt import RECEIPT, FeeLine, PaperLine, ReceiptContext, ReceiptDossier
from .refusal import REFUSAL, RefusalContext
from .register import REGISTER, RegisterContext, RegisterRow, volumes
from .result_handover import RESULT_HANDOVER, ResultHandoverContext, ResultLine
from .stop import STOP, StopContext
from .supplement import SUPPLEMENT, SupplementContext, SupplementItem
from .wording import Block, WordingError

FORMS: dict[str, Form] = {
    form.code: form
    for form in (
        RECEIPT,
        SUPPLEMENT,
        REFUSAL,
        APOLOGY,
        STOP,
        CONTROL_SHEET,
        REGISTER,
        RESULT_HANDOVER,
        FEE_RECEIPT,
        DISPATCH,
    )
}


def render(code: str, context: Any, *, form_set: str, wording: Mapping[str, str] | None = None, now: datetime) -> bytes:
    """Return the PDF of form `code` filled with `context`, in `form_set` ("2018" or "2025"); `now` is the issue time.

    Raises FormError (unknown form or set, a context that cannot be printed), WordingError, PrintError.
    """
    if code not in FORMS:
        raise FormError(f"Không có mẫu “{code}”. Các mẫu: {', '.join(FORMS)}.")
    return FORMS[code].render(context, form_set=form_set, wording=wording, now=now)


def preview(code: str, *, form_set: str, wording: Mapping[str, str] | None = None, now: datetime) -> bytes:
    """Return the PDF of form `code` with its sample data, for staff who edit the wording."""
    if code not in FORMS:
        raise FormError(f"Không có mẫu “{code}”. Các mẫu: {', '.join(FORMS)}.")
    return render(code, FORMS[code].sample(form_set), form_set=form_set, wording=wording, now=now)


__all__ = [
    "AUTHORITIES",
    "FORMS",
    "SETS",
    "ApologyContext",
    "Block",
    "ControlSheetContext",
    "DispatchContext",
    "Edition",
    "FeeLine",
    "FeeReceiptContext",
    "Form",
    "FormError",
    "FormSet",
    "HandOver",
    "Head",
    "PaidLine",
    "PaperLine",
    "Person",
    "ReceiptContext",
    "ReceiptDossier",
    "RefusalContext",
    "RegisterContext",
    "RegisterRow",
    "ResultHandoverContext",
    "ResultLine",
    "Signature",
    "StopContext",
    "SupplementContext",
    "SupplementItem",
    "WordingError",
    "body",
    "preview",
    "printing",
    "prose",
    "render",
    "sentences",
    "set_on",
    "volumes",
]
