"""What the floors above add to road maps and to the page of an assignment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models.expressions import BaseExpression

from opora.core.actor import Actor
from opora.core.points import Point
from opora.roadmaps.models import Assignment


@dataclass(frozen=True, slots=True)
class Origin:
    """What made the work necessary, beside its document: «рекомендация визита», and the page that says so."""

    text: str
    url: str


# Where an assignment comes from, as far as the person may see that: a text that is read along with it, or nothing.
origins_there: Point[[Actor], BaseExpression] = Point()

# The same in words, of that text.
origins_told: Point[[str], Origin] = Point()


@dataclass(frozen=True, slots=True)
class Asked:
    """A form that the executor of an assignment fills in for it: where, its state in a word, until when."""

    title: str
    url: str
    state: str
    word: str
    tone: str  # as of `{% state %}`
    due: dt.date
    act: str = ""  # the word on the button of those who have to fill it in


# Whether the person sees any, as a condition on an assignment: it is read along, so that nothing is asked in vain.
forms_there: Point[[Actor], BaseExpression] = Point()

# The forms that the assignment asks for, as far as the person sees them.
forms_asked: Point[[Actor, Assignment], list[Asked]] = Point()
