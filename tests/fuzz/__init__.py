"""Attacks on the engine: ``make fuzz`` runs them for minutes; nothing here is collected by ``make test``."""
