"""Keys of other programs, where they want to be told, and how their words are read."""

from portal.api.models.callback import Delivery, Subscription
from portal.api.models.client import ApiClient
from portal.api.models.translation import CodeTranslation, folded

__all__ = ["ApiClient", "CodeTranslation", "Delivery", "Subscription", "folded"]
