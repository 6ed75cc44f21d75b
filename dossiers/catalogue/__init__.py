"""The national catalogue of administrative procedures: reading files, parsing the portal's records, importing."""
