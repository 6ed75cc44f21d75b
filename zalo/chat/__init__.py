"""Understanding a message and answering it; talks that a person takes over."""

__all__ = [
    "commands",
    "conversations",
    "danger_letters",
    "lookup",
    "memory",
    "menu",
    "star_ratings",
    "support",
    "understanding",
    "welcome",
    "words",
]
