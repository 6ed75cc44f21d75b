"""How staff get in and how long: the second factor, the sessions that are open, and who may end them."""

__all__ = ["factor", "gate", "models", "pages", "places", "provider", "provider_pages", "roles_page", "sessions"]
