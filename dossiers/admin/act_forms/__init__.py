"""The forms acts ask for; field names are the arguments of the acts."""

from dossiers.admin.act_forms.base import (
    AcceptForm,
    AssignForm,
    NeededNoteForm,
    NoteForm,
    PaymentForm,
    ReasonsForm,
    RefusalForm,
)
from dossiers.admin.act_forms.results import FinishForm, ReturnForm, ToSigningForm
from dossiers.admin.act_forms.supplement import CameForm, SupplementForm
from dossiers.admin.workplace import ActForm

FORMS: dict[str, type[ActForm]] = {
    "": ActForm,
    "note": NoteForm,
    "needed_note": NeededNoteForm,
    "to_signing": ToSigningForm,
    "sign": FinishForm,
    "finish": FinishForm,
    "return": ReturnForm,
    "accept": AcceptForm,
    "payment": PaymentForm,
    "assign": AssignForm,
    "reasons": ReasonsForm,
    "refusal": RefusalForm,
    "supplement": SupplementForm,
    "came": CameForm,
}
"""By what an act asks for (`Act.asks`)."""

__all__ = ["FORMS", "AcceptForm", "results"]
