"""Dates and numbers in the words of people: «до 20 августа 2026 (через 5 дней)»."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from opora.core.clock import day_of, today
from opora.core.text import plural

MONTHS = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)
MONTH_NAMES = (
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
)
NBSP = "\u00a0"


def day(value: dt.date) -> str:
    """«20 августа 2026»; of a moment the day in the region's time zone."""
    value = _local_day(value)
    return f"{value.day}{NBSP}{MONTHS[value.month - 1]} {value.year}"


def moment(value: dt.datetime) -> str:
    """«20 августа 2026, 14:05» in the region's time zone."""
    return f"{day(value)}, {timezone.localtime(value):%H:%M}"


def until(value: dt.date) -> str:
    """A deadline with what is left of it: «до 20 августа 2026 (через 5 дней)», «(срок истёк 3 дня назад)»."""
    value = _local_day(value)
    left = (value - today()).days
    if left < 0:
        rest = "срок истёк вчера" if left == -1 else f"срок истёк {days(-left)} назад"
    else:
        rest = {0: "сегодня", 1: "завтра"}.get(left) or f"через {days(left)}"
    return f"до {day(value)} ({rest})"


def ago(value: dt.datetime) -> str:
    """How long ago: «только что», «5 минут назад», «вчера в 14:05», later the date with its time."""
    local, now = timezone.localtime(value), timezone.localtime()
    minutes = int((now - local).total_seconds() // 60)
    nights = (now.date() - local.date()).days
    if 0 <= minutes < 1:
        return "только что"
    if 0 <= minutes < 60:
        return f"{minutes}{NBSP}{plural(minutes, 'минуту', 'минуты', 'минут')} назад"
    if nights == 0:
        return f"сегодня в {local:%H:%M}"
    if nights == 1:
        return f"вчера в {local:%H:%M}"
    return moment(value)


def days(count: int) -> str:
    """«5 дней»."""
    return f"{count}{NBSP}{plural(count, 'день', 'дня', 'дней')}"


FEW = 999  # what is counted for a mark beside a link; of more it says so


def counted(value: int) -> str:
    """«129»; «999+» where counting stopped behind that."""
    return f"{FEW}+" if value > FEW else number(value)


def number(value: float | Decimal) -> str:
    """«12 345,6»: thousands apart, a decimal comma."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"
    return text.replace(",", NBSP).replace(".", ",")


def _local_day(value: dt.date) -> dt.date:
    if isinstance(value, dt.datetime):
        return day_of(value) if value.tzinfo else value.date()
    return value
