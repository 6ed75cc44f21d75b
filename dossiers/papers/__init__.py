"""Printed papers: issuing, numbers, registers, wording, signing, and the PDF engine."""

__all__ = [
    "act_papers",
    "books",
    "distribution",
    "issuing",
    "receipts",
    "register",
    "signing",
    "wording",
]
