"""Time limits in words, the same on the page of a procedure, in the chat, at intake and on the receipt."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _


def written_limit(amount: Decimal | None, unit: str, text: str = "") -> str:
    """Return "5 ngày làm việc", "trong ngày làm việc", or the catalogue's own `text` where it states no number.

    In the language of the reader. The national catalogue prints a bare number here and there: that is said, not chosen.
    """
    if unit == "same_day":
        return _("trong ngày làm việc")
    if amount is None:
        return text or _("Không công bố; hỏi nơi tiếp nhận.")
    one_or_many = 1 if amount == 1 else 2
    units = {
        "working_day": ngettext("%(amount)s ngày làm việc", "%(amount)s ngày làm việc", one_or_many),
        "calendar_day": ngettext("%(amount)s ngày", "%(amount)s ngày", one_or_many),
        "hour": ngettext("%(amount)s giờ làm việc", "%(amount)s giờ làm việc", one_or_many),
        "month": ngettext("%(amount)s tháng", "%(amount)s tháng", one_or_many),
    }
    words = units.get(unit) or _("%(amount)s ngày (danh mục không ghi ngày làm việc hay ngày thường)")
    point = "," if (get_language() or "vi").startswith("vi") else "."
    return words % {"amount": f"{Decimal(amount).normalize():f}".replace(".", point)}
