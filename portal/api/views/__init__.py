"""The addresses of API v1, a module a subject. Every row is of the key's own agency or of one below it."""
