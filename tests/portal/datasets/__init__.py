"""Look-up packs."""
