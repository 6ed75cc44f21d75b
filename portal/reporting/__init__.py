"""Figures a leader signs: daily counts kept by the clock, boards, the public page, and the reports made from them.

What is counted stands in `models`; `keeping` writes it, `sums` reads it. A report freezes what it says.
"""

__all__ = [
    "board_page",
    "charts",
    "form_06_page",
    "long_an_2019",
    "models",
    "public_figures",
    "questions",
    "reports",
    "tariff",
]
