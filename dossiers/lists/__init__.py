"""Finding dossiers in long lists without counting or reading them all."""

__all__ = [
    "accelerators",
    "dossier_search",
    "keyset",
    "period_asked",
    "urgency",
]
