from __future__ import annotations

from typing import Any

from django import forms

from opora.assessments.models import SchoolMatch
from opora.lists.files import SourceRow
from opora.lists.matching import Matcher
from opora.registry.models import Organisation


class MatchForm(forms.Form):
    """Which school it is: the proposed one, another by its name or code, or none of this registry."""

    answer = forms.ChoiceField(label="Что это за школа", widget=forms.RadioSelect)
    school = forms.CharField(
        label="Другая школа",
        max_length=500,
        required=False,
        help_text="Название, как в реестре, или код. Заполните, если выбрали «Другая школа».",
    )

    def __init__(self, *args: Any, match: SchoolMatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.match = match
        choices = [("other", "Другая школа"), ("ignore", "Не загружать её результаты")]
        if match.organisation:
            choices.insert(0, ("proposed", f"{match.organisation}, {match.organisation.parent or ''}".strip(", ")))
        self.fields["answer"].choices = choices  # type: ignore[attr-defined]
        self.initial.setdefault("answer", choices[0][0])

    organisation: Organisation | None = None  # of the answer; None is not to be loaded

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("answer") == "proposed":
            self.organisation = self.match.organisation
        elif data.get("answer") == "other":
            text = " ".join(str(data.get("school") or "").split())
            if not text:
                self.add_error("school", "Впишите название или код школы.")
                return data
            found = Matcher(self.match.loading.territory).match(SourceRow(1, text))
            if found.school is None:
                self.add_error("school", found.text)
            self.organisation = found.school
        return data
