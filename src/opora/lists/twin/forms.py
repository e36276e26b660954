from __future__ import annotations

from typing import Any

from django import forms

from opora.lists.twin.making import Choices


class TwinForm(forms.Form):
    """What a person adds to the replacements that were found; which of them are left out stands beside each."""

    every = forms.BooleanField(
        label="Заменить все школы, названные в документе",
        required=False,
        help_text="Если оставить названия остальных школ, по ним поймут, какие скрыты.",
    )
    districts = forms.BooleanField(label="Заменить и названия муниципалитетов", required=False)
    added = forms.CharField(
        label="Скрыть ещё слова",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="По одному слову или выражению в строке, точно так, как написано в документе.",
    )

    def choices(self, off: list[str]) -> Choices:
        said: dict[str, Any] = self.cleaned_data
        added = tuple(dict.fromkeys(line.strip() for line in said["added"].splitlines() if len(line.strip()) > 1))
        return Choices(frozenset(off), added, said["every"], said["districts"])

    @classmethod
    def showing(cls, choices: Choices) -> TwinForm:
        initial = {"every": choices.every, "districts": choices.districts, "added": "\n".join(choices.added)}
        return cls(initial=initial)
