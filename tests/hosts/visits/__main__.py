"""What editors do in a host's admin, in the host's own process: ``python -m tests.hosts.visits MODULE.FUNCTION``."""

from __future__ import annotations

import sys
from importlib import import_module

import django
from django.core.management import call_command

if __name__ == "__main__":
    django.setup()
    call_command("migrate", verbosity=0, run_syncdb=True)
    module, function = sys.argv[1].split(".")
    getattr(import_module(f"tests.hosts.visits.{module}"), function)()
