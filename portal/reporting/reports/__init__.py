"""Reports made from the figures: what they say, whether the words follow, how they look on paper, who numbers them."""

__all__ = ["acts", "checks", "facts", "pages"]
