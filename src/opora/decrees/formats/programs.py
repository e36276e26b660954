"""Running another program so that nothing of it outlives its time limit."""

from __future__ import annotations

import os
import signal
import subprocess


def run(command: list[str], *, timeout: float, data: bytes | None = None) -> bytes:
    """What the program printed. Raises OSError or subprocess.SubprocessError; its whole process group ends with it."""
    process = subprocess.Popen(  # noqa: S603 - a fixed program, its arguments are paths of our own making
        command,
        stdin=subprocess.DEVNULL if data is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with process:
        try:
            output, _ = process.communicate(data, timeout=timeout)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return output
