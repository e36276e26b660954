from __future__ import annotations

import io
from pathlib import Path

from opora.access.roles import RoleCode
from opora.core.actor import Actor
from opora.registry.commands import export_registry, import_registry
from opora.registry.models import Organisation
from tests.factories import Region


def run(command: object, file: Path, by: Actor, *, dry_run: bool = False) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    assert callable(command)
    return command(file, by=by, dry_run=dry_run, out=out, err=err), out.getvalue(), err.getvalue()


def test_the_registry_goes_out_and_comes_back(region: Region, tmp_path: Path) -> None:
    editor, file = region.user(RoleCode.REGIONAL_COORDINATOR), tmp_path / "реестр.xlsx"
    code, out, err = run(export_registry, file, editor, dry_run=True)
    assert (code, err, file.exists()) == (0, "", False)
    assert "(10)" in out
    assert run(export_registry, file, editor)[0] == 0
    Organisation.objects.filter(pk=region.schools[0].pk).update(settlement="с. Луг")
    code, out, err = run(import_registry, file, editor)
    assert (code, err) == (0, "")
    assert out.endswith("Новых строк: 0, изменённых: 0, без изменений: 10.\nИзменений нет.\n")


def test_a_dry_run_says_what_would_change(region: Region, tmp_path: Path) -> None:
    editor, file = region.user(RoleCode.REGIONAL_COORDINATOR), tmp_path / "р.csv"
    Organisation.objects.filter(pk=region.schools[0].pk).update(code="1")
    file.write_text("код;краткое наименование;адрес\n1;Школа;ул. Лесная, 1\n", encoding="utf-8")
    code, out, _ = run(import_registry, file, editor, dry_run=True)
    assert code == 1
    assert "адрес: пусто → ул. Лесная, 1" in out
    assert not Organisation.objects.exclude(address="").exists()
    assert run(import_registry, file, editor)[0] == 0
    assert Organisation.objects.get(code="1").address == "ул. Лесная, 1"


def test_what_cannot_be_done_is_said_without_a_traceback(region: Region, tmp_path: Path) -> None:
    editor, file = region.user(RoleCode.REGIONAL_COORDINATOR), tmp_path / "р.csv"
    assert "не прочитан" in run(import_registry, file, editor)[2]
    file.write_text("код;краткое наименование\n1;Школа\n", encoding="utf-8")
    code, _, err = run(import_registry, file, editor)
    assert code == 2
    assert "строка 2, столбец «подчинена (код)»" in err
    assert run(import_registry, file, region.user(RoleCode.OBSERVER))[0] == 2
    assert run(export_registry, tmp_path / "р.pdf", editor)[0] == 2
    assert run(export_registry, tmp_path / "нет" / "р.csv", editor)[0] == 2
    assert run(export_registry, tmp_path / "р.people.csv", region.user(RoleCode.OBSERVER))[0] == 2
