"""`manage.py demo`: every part of the installation as a real process on this machine, started and stopped together."""
