"""Old and foreign text formats, and a docx as PDF, by way of LibreOffice, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from opora.decrees.errors import Unreadable
from opora.decrees.formats import programs, safety

if TYPE_CHECKING:
    from opora.decrees.layout import Layout

TIMEOUT = 60  # seconds
_ADVICE = "Откройте файл в редакторе, сохраните как .docx и загрузите снова."

# No macros and nothing fetched from outside while a foreign file is open.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def read_converted(path: Path, suffix: str) -> Layout:
    """The layout of a .doc, .odt or .rtf (`suffix` says which it is by its content)."""
    from opora.decrees.formats.docx import read_docx

    program = installed()
    if program is None:
        raise Unreadable(f"Формат {suffix} читается только там, где установлен LibreOffice.", _ADVICE)
    with tempfile.TemporaryDirectory(prefix="opora-convert-") as name:
        folder = Path(name)
        source = folder / f"source{suffix}"
        shutil.copyfile(path, source)
        result = _run(program, source, folder, "docx")
        safety.check_file(result)
        safety.check_archive(result)
        return read_docx(result)


def installed() -> str | None:
    """The program, where there is one."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def as_pdf(content: bytes) -> bytes:
    """A docx of our own making as PDF. Raises `Unreadable` where LibreOffice is missing or fails."""
    program = installed()
    if program is None:
        raise Unreadable("На сервере нет LibreOffice.", "Скачайте документ как .docx.")
    with tempfile.TemporaryDirectory(prefix="opora-convert-") as name:
        folder = Path(name)
        source = folder / "source.docx"
        source.write_bytes(content)
        return _run(program, source, folder, "pdf").read_bytes()


def _run(program: str, source: Path, folder: Path, to: str) -> Path:
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    output = folder / "result"
    command = [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--convert-to",
        to,
        "--outdir",
        str(output),
        str(source),
    ]
    try:
        programs.run(command, timeout=TIMEOUT)
    except (subprocess.SubprocessError, OSError) as error:
        raise Unreadable("LibreOffice не смог преобразовать файл.", _ADVICE) from error
    result = output / f"source.{to}"
    if not result.exists():
        raise Unreadable("LibreOffice не смог преобразовать файл, возможно, он защищён паролем.", _ADVICE)
    return result
