"""What failed outside the application: the database is away, or there is no room left to write."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_WORDS = ("database or disk is full", "no space left on device", "could not extend file", "disk i/o error")
KEPT = (
    "Введённое сохранено в этом браузере: вернитесь к форме и отправьте её ещё раз через несколько минут, файлы "
    "выберите снова."
)


@dataclass(frozen=True, slots=True)
class Outage:
    """What the person is told: what happened, and what to do."""

    title: str
    text: str


FULL = Outage(
    "На сервере закончилось место",
    f"Сейчас ничего нельзя сохранить. {KEPT} Сообщите администратору: место нужно освободить.",
)
AWAY = Outage(
    "База данных сейчас недоступна", f"Обычно это длится недолго. {KEPT} Если не пройдёт, сообщите администратору."
)
BROKEN = Outage(
    "Что-то сломалось",
    "Это наша ошибка, и она записана. Попробуйте ещё раз через несколько минут. Если повторится, сообщите "
    "администратору, что вы делали и в котором часу.",
)


def outage_of(exception: BaseException | None) -> Outage | None:
    """The outage behind an exception or its cause; None where the fault is ours."""
    seen: set[int] = set()
    away = False
    while exception is not None and id(exception) not in seen:
        seen.add(id(exception))
        if isinstance(exception, OSError) and exception.errno in _FULL:
            return FULL
        if isinstance(exception, OperationalError | InterfaceError):
            if any(word in str(exception).lower() for word in _FULL_WORDS):
                return FULL
            away = True
        exception = exception.__cause__ or exception.__context__
    return AWAY if away else None
