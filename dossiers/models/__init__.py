"""Rows of the core, a noun a file."""

from dossiers.models.agency import Agency, AgencySuccession, AgencyVersion, Desk, Hotline, Membership, Unit, valid_on
from dossiers.models.applicant import Applicant
from dossiers.models.calendar import CalendarException, WeekPattern
from dossiers.models.catalogue_import import CatalogueImport, CatalogueImportRow
from dossiers.models.counter_list import CounterProcedure
from dossiers.models.desk_work import IntakeDraft, PersonalDataRead, SavedFilter
from dossiers.models.dossier import Dossier, DossierPaper, Receipt, public_token
from dossiers.models.dossier_fee import CancelledFee, DossierFee
from dossiers.models.event import DossierEvent, Holding
from dossiers.models.guess_count import GuessCount
from dossiers.models.lateness import LatenessBreach, ProcedurePace, Reminder, SweepRun
from dossiers.models.letter import DelayCause, Letter, LetterStep
from dossiers.models.long_act import LongAct
from dossiers.models.numbering import CodePattern, Counter
from dossiers.models.paper import Attachment, FormTemplate, InternalNote, IssuedPaper
from dossiers.models.procedure import Field, Procedure, ProcedureAlias, ProcedureVersion
from dossiers.models.procedure_content import Channel, Fee, ProcedureCase, RequiredPaper, TimeLimit
from dossiers.models.procedure_search import MissedSearch, ProcedurePhrasing, SearchChoice, SearchState, SearchSynonym
from dossiers.models.result import DossierResult
from dossiers.models.rule import LegalRule
from dossiers.models.signing import SigningAuthority
from dossiers.models.supplement_reason import SupplementReason
from dossiers.models.training import TrainingDone

__all__ = [
    "Agency",
    "AgencySuccession",
    "AgencyVersion",
    "Applicant",
    "Attachment",
    "CalendarException",
    "CancelledFee",
    "CatalogueImport",
    "CatalogueImportRow",
    "Channel",
    "CodePattern",
    "Counter",
    "CounterProcedure",
    "DelayCause",
    "Desk",
    "Dossier",
    "DossierEvent",
    "DossierFee",
    "DossierPaper",
    "DossierResult",
    "Fee",
    "Field",
    "FormTemplate",
    "GuessCount",
    "Holding",
    "Hotline",
    "IntakeDraft",
    "InternalNote",
    "IssuedPaper",
    "LatenessBreach",
    "LegalRule",
    "Letter",
    "LetterStep",
    "LongAct",
    "Membership",
    "MissedSearch",
    "PersonalDataRead",
    "Procedure",
    "ProcedureAlias",
    "ProcedureCase",
    "ProcedurePace",
    "ProcedurePhrasing",
    "ProcedureVersion",
    "Receipt",
    "Reminder",
    "RequiredPaper",
    "SavedFilter",
    "SearchChoice",
    "SearchState",
    "SearchSynonym",
    "SigningAuthority",
    "SupplementReason",
    "SweepRun",
    "TimeLimit",
    "TrainingDone",
    "Unit",
    "WeekPattern",
    "applicant",
    "public_token",
    "valid_on",
]
