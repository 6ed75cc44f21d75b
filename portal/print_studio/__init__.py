"""The print studio: what a centre hangs up and hands out, drawn from one form, and the funnel.

S1-19 … S1-21, S1-37, S1-50, S3-05, S3-06, S3-08, S4-09. Every QR leads to a short address of its counter and medium;
what came of it is counted by day and shown with what to do next.
"""

__all__ = ["facts", "models", "press_sheet", "seeding", "texts"]
