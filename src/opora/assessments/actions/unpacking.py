"""A zip of files is taken apart: its members become files of the loading, within the same limits."""

from __future__ import annotations

import zipfile
from tempfile import TemporaryFile

from django.core.files.base import File
from django.db import transaction

from opora.assessments import store
from opora.assessments.actions.files import MAX_FILES, SUFFIXES, add_file, follow_names, largest
from opora.assessments.models import FileState, LoadedFile, Loading
from opora.core import zips
from opora.core.workflow import Refused

MOST_UNPACKED = 4  # times the largest file that is taken: all members together
TABLES = [one for one in SUFFIXES if one != ".zip"]  # no archives in the archive


def unpack_all(loading: Loading) -> None:
    """Every zip that waits gives way to its files; a broken zip says why, a broken file in it when it is read."""
    for archive in loading.files.filter(state=FileState.WAITING):
        if archive.suffix == ".zip":
            try:
                _unpack(loading, archive)
            except Refused as reason:
                archive.state, archive.failure = FileState.UNREADABLE, str(reason)
                archive.save(update_fields=["state", "failure"])


@transaction.atomic
def _unpack(loading: Loading, archive: LoadedFile) -> None:
    with store.opened(archive.original) as path:
        try:
            with zipfile.ZipFile(path) as opened:
                members = zips.of_kinds(opened, TABLES)
                if not members:
                    raise Refused("В архиве нет ни одной таблицы xlsx, xls, csv или parquet.")
                if len(members) > MAX_FILES:
                    raise Refused(f"В архиве больше {MAX_FILES} таблиц. Разделите его на несколько архивов.")
                left = MOST_UNPACKED * largest()
                for order, (member, name) in enumerate(members, start=1):
                    with opened.open(member) as source, TemporaryFile() as passing:
                        left -= zips.copy(source, passing, min(left, largest()), name)
                        add_file(loading, File(passing, name), name, archive.order * 1000 + order)
        except zips.SPOILT as error:
            raise Refused(zips.BROKEN) from error
    store.remove(archive.original)
    archive.delete()
    follow_names(loading)
