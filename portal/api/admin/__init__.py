"""Programs joined to the desk: their keys, where they are told of events, how their codes are read."""

from portal.api.admin.clients import ApiClientAdmin
from portal.api.admin.subscriptions import SubscriptionAdmin
from portal.api.admin.translations import CodeTranslationAdmin

__all__ = ["ApiClientAdmin", "CodeTranslationAdmin", "SubscriptionAdmin"]
