"""Keys that are made once and kept beside the data, unless the environment gives them."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def key_file(path: Path) -> str:
    """The key kept in `path`; a new random one, readable by its owner alone, where there is none yet."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.touch(mode=0o600)
        temporary.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(temporary, path)  # the first of several starting processes wins
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return path.read_text(encoding="ascii").strip()
