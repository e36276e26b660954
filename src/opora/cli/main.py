"""The entry point of the command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from opora.cli.parser import parser

Handler = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """The entry point of the command."""
    parsed = parser().parse_args(arguments)
    handler: Handler = parsed.handler
    try:
        return handler(parsed)
    except KeyboardInterrupt:
        sys.stderr.write("Прервано.\n")
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
