"""Telling other programs what happened: subscriptions, what is owed to them, the signed requests, the log.

An act pays nothing for it: what is owed is read from the tables of events behind a cursor (`feeding`), and sent from
there (`sending`), so that a lost task, worker or night only delays.
"""

__all__ = ["acts", "addresses", "documents", "feeding", "sending", "signing"]
