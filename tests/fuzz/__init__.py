"""Fuzzing of the engine, run by ``make fuzz``. ``make test`` collects nothing here."""
