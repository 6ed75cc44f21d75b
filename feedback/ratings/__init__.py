"""Satisfaction: the sheet, its figures, and what follows a low rating."""

__all__ = [
    "figures",
    "follow_up_mail",
    "follow_ups",
    "rating",
    "results",
    "score_sheet",
]
