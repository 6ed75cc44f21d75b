"""The staff desk's own frame: home page, sidebar, roles, notices."""
