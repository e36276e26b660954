"""What the doctor asks of the journal."""

from __future__ import annotations

from collections.abc import Iterator

from opora.core.health import Finding, error, fine
from opora.journal.models import Head
from opora.journal.verify import verify


def chain() -> Iterator[Finding]:
    """Is the chain whole?"""
    findings = verify()
    for one in findings[:5]:
        yield error("Журнал", str(one), "Сравните с концом журнала из резервной копии: opora journal verify --head …")
    if not findings:
        end = Head.objects.filter(pk=1).first() or Head()
        yield fine("Журнал", f"цепь цела, записей {end.count}")
