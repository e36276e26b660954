"""A region's own rule: its YAML from a file or typed."""

from __future__ import annotations

from typing import Any

from django import forms

from opora.identification.rules.declaring import MOST_BYTES

SAMPLE = """\
id: region-order-1
version: "1"
title: Школы с низкими результатами по приказу № 1
source: Приказ министерства от 01.02.2026 № 1
join: 2                    # any (любой), all (все) или сколько показателей нужно
indicators:
  - name: oge_mat
    title: ОГЭ по математике за три года
    counted: oge:mat
    years: 3               # сколько последних лет складывается
    threshold: 25 %        # доля отметок «2»
    min_participants: 10
  - name: vpr
    title: ВПР по русскому языку и математике
    counted: vpr,rus,mat
    threshold: 30 %
"""


class OwnRuleForm(forms.Form):
    """`rule_text`: of the file where one was chosen, else what stands in the field."""

    file = forms.FileField(
        label="Файл YAML",
        required=False,
        help_text="Или впишите правило ниже. Если выбран файл, проверяется он.",
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml"}),
    )
    text = forms.CharField(
        label="Правило",
        required=False,
        max_length=MOST_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "font-monospace"}),
    )

    rule_text = ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        if file:
            if (file.size or 0) > MOST_BYTES:
                self.add_error("file", f"Файл больше {MOST_BYTES // 1024} КБ: это не одно правило.")
                return data
            try:
                self.rule_text = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", "Файл не в UTF-8. Сохраните его в этой кодировке и выберите снова.")
                return data
        else:
            self.rule_text = data.get("text") or ""
        self.rule_text = self.rule_text.replace("\r\n", "\n").replace("\r", "\n")
        if not self.rule_text.strip() and not self.errors:
            self.add_error("text", "Выберите файл или впишите правило.")
        return data
