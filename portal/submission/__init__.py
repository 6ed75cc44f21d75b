"""Filing online here: a citizen's draft behind a link, its papers, the sending; and which procedures a centre offers.

Sending goes through dossiers.intake.counter.submit and nothing else: what staff see is a dossier like any other,
still to be accepted (S1-05, S1-12, S3-07, S5-07).
"""

__all__ = ["forgetting", "models", "offers", "pages", "seeding", "urls"]
