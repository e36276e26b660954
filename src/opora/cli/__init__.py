"""The `opora` command: parses arguments, calls one function, prints. Statuses: 0 done, 1 with findings, 2 not done."""

from opora.cli.main import main

__all__ = ["main"]
