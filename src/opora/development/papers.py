"""The certificate of who was at an event."""

from __future__ import annotations

from django.urls import reverse

from opora.core.text import plural
from opora.development.codes import shown
from opora.development.models import Certificate
from opora.documents.printing import Heading, Printed, render
from opora.registry.models import Organisation
from opora.ui import words


def certificate_paper(one: Certificate, site: str) -> bytes:
    """As pdf. Where it is asked about stands on it with its code."""
    event = one.registration.event
    territory: Organisation = event.territory
    heading = Heading(territory.name, "Сертификат", shown(one.code), date=one.day, title="")
    hours = f"{one.hours} {plural(one.hours, 'академический час', 'академических часа', 'академических часов')}"
    lead = [
        f"Настоящий сертификат подтверждает, что {one.name} ({one.registration.organisation.name}) "
        f"участвовал(а) в событии «{one.title}» ({event.get_kind_display()}, {words.day(one.day)}).",
        f"Объём: {hours}.",
    ]
    address = f"{site}{reverse('development:verify')}"
    closing = [f"Проверить сертификат может каждый: {address}, код {shown(one.code)}."]
    return render(Printed(heading, lead=lead, closing=closing, made_by=f"Выдал(а): {one.issued_by}"), "pdf")
