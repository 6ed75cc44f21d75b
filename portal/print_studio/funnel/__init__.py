"""The funnel: what was printed, scanned, followed, linked, told, by day; where it leaks and what to do next."""

__all__ = ["counting", "page"]
