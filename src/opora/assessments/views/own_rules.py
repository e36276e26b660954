"""The region's own rules: written or uploaded, checked with every mistake told, tried, saved as a version, switched."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from opora.assessments.actions import own_rules as actions
from opora.assessments.forms.own_rules import SAMPLE, OwnRuleForm
from opora.assessments.models import OwnRule
from opora.assessments.rules import parsed
from opora.assessments.tables.laboratory import OwnRuleTable
from opora.assessments.territory import territory_of
from opora.core.actor import require
from opora.core.permissions import Permission
from opora.exports.actions import release
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods


def seen(request: HttpRequest, public_id: str) -> OwnRule:
    found = OwnRule.objects.visible(actor(request)).select_related("territory")
    return get_object_or_404(found, public_id=public_id)


@form_methods
@once
def write(request: HttpRequest) -> HttpResponse:
    """A check tells all mistakes by lines, or what the rule would list; only then it can be saved."""
    user = actor(request)
    require(user, Permission.LISTS_EDIT, to=actions.TO_KEEP)
    territory = territory_of(user)
    form = OwnRuleForm(request.POST or None, request.FILES or None, initial={"text": _begun(request)})
    context = {"form": form, "mistakes": [], "rule": None, "preview": None}
    if form.is_valid():
        rule, mistakes = actions.checked(form.rule_text, territory=territory)
        if rule and request.POST.get("save"):
            made = actions.save(form.rule_text, by=user, territory=territory)
            tell(request, f"Правило «{made}» сохранено и действует.")
            return redirect(made)
        preview = actions.preview(rule, territory=territory) if rule else None
        lines = form.rule_text.split("\n")
        told = [(one, lines[one.line - 1].rstrip() if one.line <= len(lines) else "") for one in mistakes]
        shown = OwnRuleForm(initial={"text": form.rule_text})
        context = {"form": shown, "mistakes": told, "rule": rule, "preview": preview, "checked": form.rule_text}
    bad = form.is_bound and not context["rule"]
    return render(request, "assessments/own/write.html", context, status=422 if bad else 200)


def _begun(request: HttpRequest) -> str:
    """The text to begin with: of the version that is to be changed, else a sample."""
    asked = request.GET.get("from", "")
    return seen(request, asked).text if asked else SAMPLE


@require_GET
def own_rule(request: HttpRequest, public_id: str) -> HttpResponse:
    """One version: its text, its parameters, the other versions of the rule."""
    found = seen(request, public_id)
    versions = OwnRule.objects.visible(actor(request)).filter(territory=found.territory, rule_id=found.rule_id)
    context = {"own": found, "rule": parsed(found.text)}
    return OwnRuleTable(request, versions).response("assessments/own/rule.html", context)


@require_POST
@once
def switch(request: HttpRequest, public_id: str, way: str) -> HttpResponse:
    found, user = seen(request, public_id), actor(request)
    act = {"on": actions.switch_on, "off": actions.switch_off}[way]
    act(found, by=user)
    tell(request, "Правило включено." if way == "on" else "Правило выключено: новых расчётов по нему не будет.")
    return redirect(found)


@require_GET
def file(request: HttpRequest, public_id: str) -> HttpResponse:
    found, user = seen(request, public_id), actor(request)
    name = f"{found.rule_id}-{found.version}"
    path = found.territory.path
    content = found.text.encode()
    return release(by=user, name=name, kind="yaml", content=content, on=found, path=path, original=True)
