"""The components of pages: `{% load ui %}`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, Form, RadioSelect, Select
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from opora.core.text import plural as plural_form
from opora.ui import saved, words
from opora.ui.charts import Chart
from opora.ui.forms import ManyBoxes
from opora.ui.once import new_token
from opora.ui.pages import UNDO
from opora.ui.tables import Table

register = template.Library()

LONG = 180  # characters that three lines of a table cell hold
FEW = 6  # boxes of `ManyBoxes` that are seen at once; more are searched

TONES = {
    "success": "circle-check",
    "warning": "clock",
    "danger": "alert-triangle",
    "info": "progress",
    "neutral": "circle",
}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite: decoration, unless a label says what it means."""
    named = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"></use></svg>', named, static("vendor/icons.svg"), name)


@register.simple_tag
def crumb(label: str, url: str = "") -> SafeString:
    """One step of the breadcrumbs, for the block `crumbs`."""
    if not url:
        return format_html('<li class="breadcrumb-item active">{}</li>', label)
    return format_html('<li class="breadcrumb-item"><a href="{}">{}</a></li>', url, label)


@register.simple_tag(takes_context=True)
def tab(context: Context, label: str, url: str, count: int | None = None, here: bool | None = None) -> SafeString:
    """One tab, for the block `tabs`: the one of this address is the current, unless `here` says otherwise."""
    current = mark_safe(' aria-current="page"') if (context["request"].path == url if here is None else here) else ""
    told = format_html(' <span class="menu-count">{}</span>', words.number(count)) if count else ""
    return format_html('<li class="nav-item"><a class="nav-link" href="{}"{}>{}{}</a></li>', url, current, label, told)


@register.simple_tag
def state(code: str, label: str, tone: str = "neutral") -> SafeString:
    """A state as a word and a shape; the colour only repeats what they say. Tones: see `TONES`."""
    return format_html('<span class="state state-{}" data-state="{}">{}{}</span>', tone, code, icon(TONES[tone]), label)


@register.inclusion_tag("ui/parts/progress.html")
def progress(done: int, total: int, label: str) -> dict[str, Any]:
    """«117 из 129» with a bar; `label` says of what, for those who do not see the bar."""
    return {"done": done, "total": total, "label": label, "complete": total > 0 and done >= total}


@register.inclusion_tag("ui/parts/chart.html")
def chart(chart: Chart) -> dict[str, Chart]:
    """A `opora.ui.charts.Chart`: the picture, what is seen on it in a sentence, and the same figures as a table."""
    return {"chart": chart}


@register.inclusion_tag("ui/parts/table.html", takes_context=True)
def table(context: Context, table: Table[Any], empty: str = "Здесь пока ничего нет.") -> dict[str, Any]:
    """A `opora.ui.tables.Table`; `empty` says what to do where there are no rows at all."""
    names = ("request", "user", "csrf_token")
    given = {name: context[name] for name in names if name in context}
    return {**given, "table": table, "empty": empty}


@register.inclusion_tag("ui/parts/saved.html", takes_context=True)
def saved_filters(context: Context, table: Table[Any]) -> dict[str, Any]:
    """The filters that the person has kept of a table, and the form that keeps the one in force."""
    request = context["request"]
    names = ("request", "csrf_token")
    given = {name: context[name] for name in names if name in context}
    return {**given, "table": table, "shelf": saved.shelf(request, table.name)}


@register.inclusion_tag("ui/parts/field.html")
def field(bound: BoundField, label: str = "") -> dict[str, Any]:
    """A form field: label above, hint and error below, tied together for screen readers."""
    widget = bound.field.widget
    group = isinstance(widget, CheckboxSelectMultiple | RadioSelect)
    check = isinstance(widget, CheckboxInput)
    style = "form-select" if isinstance(widget, Select) and not group else "form-control"
    style = "form-check-input" if check or group else style
    given = widget.attrs.get("class", "")
    if group:  # each of its boxes is a widget of its own
        widget.attrs["class"] = style
    attrs: dict[str, str | bool] = {
        "class": " ".join(filter(None, [style, given, "is-invalid" if bound.errors else ""]))
    }
    options = list(bound.subwidgets) if group else []
    return {
        "field": bound,
        "widget": bound.as_widget(attrs=attrs) if not group else "",
        "options": options,
        "many": isinstance(widget, ManyBoxes) and len(options) > FEW,
        "label": label or bound.label,
        "group": group,
        "check": check,
        "file": isinstance(widget, FileInput),
        "optional": not bound.field.required and not check and getattr(bound.form, "says_optional", True),
    }


@register.inclusion_tag("ui/parts/errors.html")
def errors(form: Form, lead: str = "Не сохранено: исправьте, пожалуйста, и отправьте снова.") -> dict[str, Any]:
    """All errors of a form on top of it, each leading to its field; `lead` says what came of it."""
    fields = [(bound, bound.errors) for bound in form if bound.errors and not bound.is_hidden]
    hidden = [error for bound in form if bound.is_hidden for error in bound.errors]
    return {"lead": lead, "general": [*form.non_field_errors(), *hidden], "fields": fields}


@register.inclusion_tag("ui/parts/form_card.html", takes_context=True)
def form_card(context: Context, form: Form, button: str, back: str, text: str = "") -> dict[str, Any]:
    """A whole form on a card: what it is about, its errors and fields, what sends it, and the way `back` without it."""
    return {"csrf_token": context.get("csrf_token", ""), "form": form, "button": button, "back": back, "text": text}


@register.simple_tag
def once() -> SafeString:
    """The hidden token by which `opora.ui.once` knows a form sent twice."""
    return format_html('<input type="hidden" name="once" value="{}">', new_token())


@register.inclusion_tag("ui/parts/undo.html", takes_context=True)
def undo(context: Context, message: Message) -> dict[str, Any]:
    """The button that takes back what a message tells of, where there is a way (`opora.ui.pages.tell`)."""
    tags = message.extra_tags or ""
    url = tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""
    return {"url": url, "csrf_token": context.get("csrf_token", "")}


# -- filters -----------------------------------------------------------------------------------------------------


@register.filter
def day(value: dt.date | None) -> str:
    """«20 августа 2026»"""
    return words.day(value) if value else "—"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """«20 августа 2026, 14:05»"""
    return words.moment(value) if value else "—"


@register.filter
def until(value: dt.date | None) -> str:
    """«до 20 августа 2026 (через 5 дней)»"""
    return words.until(value) if value else "без срока"


@register.filter
def ago(value: dt.datetime | None) -> str:
    """«5 минут назад»"""
    return words.ago(value) if value else "—"


@register.filter
def number(value: float | None) -> str:
    """«12 345»"""
    return "—" if value is None else words.number(value)


@register.filter
def plural(count: int, forms: str) -> str:
    """The word alone: `{{ n }} {{ n|plural:"школа,школы,школ" }}`."""
    one, few, many = forms.split(",")
    return plural_form(int(count), one, few, many)


@register.filter
def clamp(value: object) -> SafeString:
    """A long text folded to three lines that a press opens; a short one as it is."""
    text = conditional_escape(str(value))
    if len(str(value)) <= LONG and str(value).count("\n") < 3:
        return format_html('<span class="text-lines">{}</span>', text)
    return format_html('<details class="clamp"><summary><span class="clamp-text">{}</span></summary></details>', text)


# -- blocks ------------------------------------------------------------------------------------------------------


class CaptureNode(template.Node):
    """Keeps what it renders in a variable."""

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: Context) -> SafeString:
        context[self.name] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308
        return mark_safe("")


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """`{% capture name %}…{% endcapture %}`: a block's content that is needed twice, or only if there is any."""
    _, name = token.split_contents()
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, name)
