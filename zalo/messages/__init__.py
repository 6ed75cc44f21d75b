"""What is said: kinds of messages, their texts and parameters, consent, answers as values."""

__all__ = [
    "broadcast_words",
    "consent",
    "event_words",
    "registry",
    "reply",
    "template_data",
    "texts",
]
