"""Deploys the stack: ``python -m infra.deploy``. docs/operations.md describes its commands and exit codes."""
