"""The forms of questionnaires: which one a school opens, which answers are summed, the filters of their table."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from opora.collection.actions.coding import LEAST_CODES, MOST_CODES
from opora.collection.actions.questionnaires import DAYS
from opora.collection.models import Form, Questionnaire, Way
from opora.collection.queries import questionnaires as queries
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.ui.forms import DayInput, FilterForm


def way_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Как отвечают",
        choices=Way,
        initial=Way.LINK,
        widget=forms.RadioSelect,
        help_text="По ссылке отвечает каждый, у кого она есть. Код с листка действует один раз и ни с кем не связан.",
    )


class OpenForm(forms.Form):
    """The school is asked for only where the person answers for several."""

    school = forms.ModelChoiceField(
        label="Школа", queryset=Organisation.objects.none(), to_field_name="public_id", empty_label=None
    )
    code = forms.ChoiceField(label="Кого спросить", choices=queries.offered(), widget=forms.RadioSelect)
    until = forms.DateField(label="До какого дня", widget=DayInput)
    way = way_field()

    def __init__(self, *args: Any, schools: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = list(schools[:2])
        self.fields["school"].queryset = schools  # type: ignore[attr-defined]
        self.initial.setdefault("until", today() + dt.timedelta(days=DAYS))
        if len(found) == 1:
            self.initial["school"], self.fields["school"].disabled = found[0], True
            self.fields["school"].widget = forms.HiddenInput()


class CodesForm(forms.Form):
    count = forms.IntegerField(
        label="Сколько листков",
        min_value=LEAST_CODES,
        max_value=MOST_CODES,
        initial=30,
        help_text=f"От {LEAST_CODES} до {MOST_CODES} за раз, с запасом на испорченные.",
    )
    renew = forms.BooleanField(
        label="Прежние неиспользованные коды больше не действуют",
        required=False,
        help_text="Если листки потеряны или попали к посторонним.",
    )


class SumForm(forms.Form):
    """Read from the URL. Without a form chosen the newest one."""

    form = forms.ModelChoiceField(
        label="Анкета", queryset=Form.objects.none(), to_field_name="public_id", required=False, empty_label=None
    )
    place = forms.ModelChoiceField(
        label="Где",
        queryset=Organisation.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="везде, где вы видите анкеты",
    )

    def __init__(self, *args: Any, user: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].queryset = self._forms = queries.asked_forms(user)  # type: ignore[attr-defined]
        places = Organisation.objects.filter(user.scope(Permission.ASSIGNMENTS_VIEW).q("path"))
        places = places.active().of_kind(OrganisationKind.MUNICIPAL_AUTHORITY).order_by("sort_name")
        self.fields["place"].queryset = places  # type: ignore[attr-defined]

    @property
    def chosen(self) -> tuple[Form | None, Organisation | None]:
        given = self.cleaned_data if self.is_valid() else {}
        return given.get("form") or self._forms.first(), given.get("place")


class QuestionnaireFilter(FilterForm):
    state = forms.ChoiceField(
        label="Состояние", choices=[("", "любое"), ("open", "принимает ответы"), ("closed", "закрыта")]
    )
    code = forms.ChoiceField(label="Кого спрашивают", choices=[("", "всех"), *queries.offered()])
    organisation = forms.CharField(label="Организация", widget=forms.HiddenInput)

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if chosen.get("state"):
            running = Q(pk__in=Questionnaire.objects.open().values("pk"))
            queryset = queryset.filter(running if chosen["state"] == "open" else ~running)
        if chosen.get("code"):
            queryset = queryset.filter(campaign__version__form__ready=chosen["code"])
        if chosen.get("organisation"):
            queryset = queryset.filter(organisation__public_id=chosen["organisation"])
        return queryset
