"""The staff desk of the channel, a noun a file."""

from dossiers.admin import panels
from zalo.admin import account, contact, conversation, dossier_panel, menu, message, template, wording

panels.register(dossier_panel.panel)

__all__ = ["account", "contact", "conversation", "dossier_panel", "menu", "message", "template", "wording"]
