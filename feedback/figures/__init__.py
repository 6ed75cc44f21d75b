"""Boards, reports and exports of the citizens' voice."""

__all__ = [
    "board_export",
    "index_766",
    "periods",
    "reports",
    "statistics",
]
