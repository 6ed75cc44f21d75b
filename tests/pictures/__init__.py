"""Pictures of the running product for README and for looking at it: `python -m tests.pictures`."""
