"""REST v1 for other systems: dossiers in, statuses out, problem documents."""
