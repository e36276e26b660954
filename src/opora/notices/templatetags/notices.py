"""`{% load notices %}`"""

from __future__ import annotations

from django import template

from opora.notices.models import Mail
from opora.notices.tables import tone

register = template.Library()


@register.filter
def mail_tone(mail: Mail) -> str:
    """The tone of `{% state %}` for a mail."""
    return tone(mail)
