"""The staff desk of the channel, a noun a file."""

from dossiers.admin import panels as dossier_pages
from feedback.admin import panels as case_pages
from zalo.admin import (
    account,
    broadcast,
    case_panel,
    contact,
    conversation,
    dossier_panel,
    menu,
    message,
    template,
    wording,
)

dossier_pages.DOSSIER.register(dossier_panel.panel)
case_pages.CASE.register(case_panel.panel)

__all__ = [
    "access",
    "account",
    "broadcast",
    "case_panel",
    "contact",
    "conversation",
    "dossier_panel",
    "menu",
    "message",
    "template",
    "wording",
]
