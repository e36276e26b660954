"""`opora parse FILE…`: readings of documents, without a database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from opora.deadlines import describe
from opora.decrees import Unreadable, read, to_json
from opora.decrees.model import Decree


def parse(files: Sequence[str], *, as_json: bool, out: TextIO, err: TextIO) -> int:
    """Print each reading; 0 read, 1 with findings of severity «error», 2 where a file is unreadable."""
    status = 0
    for name in files:
        try:
            decree = read(Path(name))
        except Unreadable as error:
            err.write(f"{error}\n")
            status = 2
            continue
        if as_json:
            out.write(json.dumps(to_json(decree), ensure_ascii=False) + "\n")
        else:
            out.write(summary(name, decree))
        if status == 0 and any(finding.severity == "error" for finding in decree.findings):
            status = 1
    return status


_KINDS = {
    "directive": "Распоряжение",
    "order": "Приказ",
    "protocol": "Протокол",
    "decision": "Решение",
    "letter": "Письмо",
    "plan": "План",
    "other": "Документ",
}


def summary(name: str, decree: Decree) -> str:
    """What was read, in lines for people."""
    dated = f" от {decree.date:%d.%m.%Y}" if decree.date else ""
    numbered = f" № {decree.number}" if decree.number else ""
    lines = [f"{name}: {_KINDS[decree.kind]}{dated}{numbered}", f"  {decree.title or 'без названия'}"]
    if decree.issuer:
        lines.append(f"  Издал: {decree.issuer}")
    if decree.clauses:
        lines.append(f"  Пунктов: {len(decree.clauses)}")
    for roadmap in decree.roadmaps:
        count = sum(len(section.activities) for section in roadmap.sections)
        lines.append(f"  Дорожная карта, мероприятий: {count}")
        for section in roadmap.sections:
            if section.title:
                lines.append(f"    {section.title}")
            for activity in section.activities:
                when = describe(activity.deadline) if activity.deadline else "без срока"
                who = "; ".join(one.text for one in activity.responsible) or "ответственный не указан"
                lines.append(f"    {activity.number or '–'} {activity.text[:90]} [{when}] {who}")
    for group in decree.working_groups:
        lines.append(f"  Рабочая группа, членов: {len(group.members)}")
    if decree.partnerships:
        lines.append(f"  Пар «наставник – курируемые»: {len(decree.partnerships)}")
    lines += [f"  {finding.message}" for finding in decree.findings if finding.severity != "info"]
    return "\n".join(lines) + "\n"
