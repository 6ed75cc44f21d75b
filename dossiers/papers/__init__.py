"""Printed papers: issuing, numbers, registers, wording, signing, and the PDF engine."""

__all__ = [
    "act_papers",
    "books",
    "distribution",
    "fee_slips",
    "issuing",
    "receipts",
    "register",
    "signing",
    "wording",
]
