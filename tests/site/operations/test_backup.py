"""Backups as an operator makes them: written, checked, put back on either database, refused where they are damaged."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.core.errors import Problem
from opora.site.operations import archive
from tests import demo, migrated
from tests.site.operations.command import KEY, run


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo region with its files."""
    data = tmp_path_factory.mktemp("region")
    demo.put_into(data)
    return data


@pytest.fixture(scope="module")
def kept(region: Path) -> Path:
    """Its backup."""
    path = region / "kept.opora"
    made = run(region, "backup", str(path), key=KEY)
    assert made.returncode == 0, made.stderr
    assert "перечитана" in made.stdout
    return path


def content(path: Path) -> dict[str, object]:
    """The rows and files of an archive; one database keeps the order of keys in JSON, the other does not."""
    found: dict[str, object] = {}
    for name, stream in archive.members(path):
        text = stream.read()
        if name.startswith("tables/"):
            found[name] = json.loads(text or b"")
        elif name.startswith("files/"):
            found[name] = text
    return found


def test_a_restored_region_is_the_same_to_the_bit(kept: Path, tmp_path: Path) -> None:
    restored = run(tmp_path, "restore", str(kept), key=KEY)
    assert (restored.returncode, restored.stderr) == (0, ""), restored.stdout
    again = tmp_path / "again.opora"
    assert run(tmp_path, "backup", str(again), key=KEY).returncode == 0
    before, after = content(kept), content(again)
    stored = [path for path in (kept.parent / "files").rglob("*") if path.is_file()]
    assert len([name for name in before if name.startswith("files/")]) == len(stored) >= 5
    assert after == before
    assert "Журнал цел" in run(tmp_path, "journal", "verify", key=KEY).stdout


def test_people_go_on_working_in_a_restored_region(kept: Path, tmp_path: Path) -> None:
    migrated.put_into(tmp_path)
    run(tmp_path, "restore", str(kept), key=KEY)
    made = run(
        tmp_path,
        *("user", "add", "novikova", "--name", "Новикова Анна", "--role", "наблюдатель"),
        *("--organisation", "Департамент образования Заречной области", "--by", "admin"),
        key=KEY,
    )
    assert made.returncode == 0, made.stderr  # a new key behind the restored ones
    assert "novikova" in run(tmp_path, "user", "list", "--by", "admin", key=KEY).stdout


@pytest.mark.engine
def test_a_backup_crosses_to_the_other_engine_and_back(kept: Path, tmp_path: Path, server: str) -> None:
    there = tmp_path / "there"
    restored = run(there, "restore", str(kept), database=server, key=KEY)
    assert (restored.returncode, restored.stderr) == (0, ""), restored.stdout
    assert "Журнал цел" in run(there, "journal", "verify", database=server, key=KEY).stdout
    path = tmp_path / "from-server.opora"
    made = run(there, "backup", str(path), database=server, key=KEY)
    assert made.returncode == 0, made.stderr
    assert content(path) == content(kept)
    back = migrated.put_into(tmp_path / "back")
    assert run(back, "restore", str(path), key=KEY).returncode == 0
    assert run(back, "backup", str(tmp_path / "last.opora"), key=KEY).returncode == 0
    rows = content(tmp_path / "last.opora")
    entries = {name for name in rows if "journal" in name}
    assert entries
    assert {n: t for n, t in rows.items() if n not in entries} == {
        n: t for n, t in content(kept).items() if n not in entries
    }  # the journal has one entry more: the backup of the server


def test_an_encrypted_backup_opens_with_its_key_alone(region: Path, tmp_path: Path) -> None:
    secret, other, path = tmp_path / "secret", tmp_path / "other", tmp_path / "kept.age"
    public = run(region, "backup", "--new-key", str(secret)).stdout.split()[-1]
    run(region, "backup", "--new-key", str(other))
    assert secret.stat().st_mode & 0o077 == 0
    made = run(region, "backup", str(path), "--for", public, key=KEY)
    assert made.returncode == 0, made.stderr
    assert path.read_bytes().startswith(b"age-encryption.org/v1")
    for place in "abc":
        migrated.put_into(tmp_path / place)
    without = run(tmp_path / "a", "restore", str(path))
    assert without.returncode == 2
    assert "--key" in without.stderr
    wrong = run(tmp_path / "b", "restore", str(path), "--key", str(other))
    assert wrong.returncode == 2
    assert "не открывается этим ключом" in wrong.stderr
    right = run(tmp_path / "c", "restore", str(path), "--key", str(secret), key=KEY)
    assert (right.returncode, right.stderr) == (0, "")


def test_a_database_in_use_is_not_overwritten(region: Path, kept: Path) -> None:
    refused = run(region, "restore", str(kept))
    assert refused.returncode == 2
    assert "не пуста" in refused.stderr
    again = run(region, "backup", str(kept))
    assert again.returncode == 2
    assert "не перезаписываются" in again.stderr


def test_another_key_of_the_journal_is_said(kept: Path, tmp_path: Path) -> None:
    migrated.put_into(tmp_path)
    restored = run(tmp_path, "restore", str(kept), key="another" * 8)
    assert restored.returncode == 1
    assert "Ключ журнала другой" in restored.stdout


def test_a_damaged_backup_restores_nothing(kept: Path, tmp_path: Path) -> None:
    """One after the other into the same place, where the whole one is then restored: nothing is in its way."""
    path, data = tmp_path / "damaged.opora", migrated.put_into(tmp_path / "data")
    whole = kept.read_bytes()
    texts = {
        "cut": whole[: len(whole) * 2 // 3],
        "altered": whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:],
        "not ours": b"PK\x03\x04 something else",
    }
    for damage, text in texts.items():
        path.write_bytes(text)
        refused = run(data, "restore", str(path))
        assert refused.returncode == 2, damage
        assert "Копия" in refused.stderr, damage
        assert "Traceback" not in refused.stderr, damage
        shutil.rmtree(data / "files", ignore_errors=True)
    assert run(data, "restore", str(kept), key=KEY).returncode == 0


def test_a_full_disk_leaves_no_half_backup(tmp_path: Path) -> None:
    path = tmp_path / "kept.opora"

    class Full(io.RawIOBase):
        def read(self, size: int = -1, /) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(Problem, match="не записана"), archive.written(path) as writer:
        writer.add_stream("files/a", Full(), 10)
    assert list(tmp_path.iterdir()) == []


names = st.text(
    st.characters(codec="utf-8", exclude_characters="/\x00", exclude_categories=["Cs"]), min_size=1, max_size=60
)


@settings(max_examples=40)
@given(st.dictionaries(names, st.binary(max_size=3000), max_size=6), st.booleans())
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, found: dict[str, bytes], secret: bool
) -> None:
    path = tmp_path_factory.mktemp("archive") / "a"
    identity = archive.passing_identity() if secret else None
    members = {f"files/{name}": text for name, text in found.items()}
    with archive.written(path, [identity.to_public()] if identity else []) as writer:
        for name, text in members.items():
            writer.add(name, text)
    assert {name: stream.read() for name, stream in archive.members(path, identity)} == members
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    with pytest.raises(Problem):
        _read(path, identity)


def _read(path: Path, identity: object) -> None:
    for _, stream in archive.members(path, identity):
        stream.read()
