"""What people mean when they write as they speak: learned from sentences, read by plain Python, explained by words.

Small linear models over pieces of words (`pieces`), trained by `manage.py learn_language` from `sentences/` into
`weights/`. A model proposes; what the law demands is decided by rules beside it, in the rooms that use it.
"""

__all__ = ["danger", "intents", "label_learning", "labelling", "learning", "spelling", "voice"]
