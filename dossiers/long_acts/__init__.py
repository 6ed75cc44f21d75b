"""Acts longer than one waits for an answer: asked for at the desk, done by the worker, told how far they are."""

__all__ = ["files", "kinds", "progress", "running"]
