#!/usr/bin/env python
"""Run the project's commands; `manage.py demo` starts everything on this machine."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if sys.argv[1:2] == ["demo"] and "--prepare" not in sys.argv:
        # It only starts processes: loading the product in this one would be waited for and never used.
        from portal.management.commands.demo import Command

        Command().run_from_argv(sys.argv)
    else:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
