"""Forms that documents name: «представить сведения по форме: …» and a table with nothing but its head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from opora.collection.models import Campaign, Form
from opora.collection.queries.campaigns import campaigns
from opora.collection.queries.forms import forms
from opora.core.actor import Actor
from opora.documents.models import Document, DocumentState, Fact, FactKind
from opora.roadmaps.models import Activity

NAMING = (DocumentState.REVIEW, DocumentState.APPROVED)  # documents whose reading is told


@dataclass(slots=True)
class Named:
    """One form: `clause` is the number of the point that asks for it, or its place among those without one."""

    clause: str
    title: str
    columns: list[str]
    text: str  # of the point
    form: Form | None = None  # what was made of it
    activity: Activity | None = None  # the point as a row of an approved document's road map
    campaigns: list[Campaign] = field(default_factory=list)

    @property
    def by_point(self) -> bool:
        return not self.clause.startswith("-")


def named(user: Actor, document: Document) -> list[Named]:
    """Four queries, however many there are."""
    kinds = (FactKind.FORM, FactKind.ACTIVITY, FactKind.CLAUSE)
    facts = list(document.facts.kept().filter(kind__in=kinds).order_by("order", "pk"))
    texts = {str(one.data.get("number")): str(one.data.get("text") or "") for one in facts if one.data.get("number")}
    found: dict[str, Named] = {}
    for number, one in enumerate((fact for fact in facts if fact.kind == FactKind.FORM), start=1):
        said = _named(one, number, texts)
        if said.clause in found:
            said.clause = f"-{number}"
        if said.columns:
            found[said.clause] = said
    for form in forms(user).filter(document_id=document.public_id):
        if form.clause in found:
            found[form.clause].form = form
    rows = Activity.objects.visible(user).in_force().filter(roadmap__document=document, number__in=list(found))
    for activity in rows.order_by("-roadmap__order", "-order"):
        found[activity.number].activity = activity
    _collected(found, user)
    return list(found.values())


def source_of(user: Actor, form: Form) -> Document | None:
    """The document that names the form, where the person may see it and what was made of it there."""
    if not form.document_id:
        return None
    return Document.objects.visible(user).filter(public_id=form.document_id, state__in=NAMING).first()


def _named(fact: Fact, number: int, texts: Mapping[str, str]) -> Named:
    point = str(fact.data.get("activity") or "").strip()[:40]
    columns = [text for one in fact.data.get("columns") or [] if (text := str(one).strip())]
    title = str(fact.data.get("title") or "").strip()[:200]
    return Named(point or f"-{number}", title, columns, texts.get(point, ""))


def _collected(found: Mapping[str, Named], user: Actor) -> None:
    by_form = {one.form.pk: one for one in found.values() if one.form}
    for campaign in campaigns(user).filter(version__form__in=list(by_form)):
        by_form[campaign.version.form_id].campaigns.append(campaign)
