"""A draft on its way: its check, its visas by stages, its versions, its signature."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.workflow import Refused
from opora.decrees import read
from opora.documents import checking, sheets
from opora.documents.actions import drafts, marking, visas
from opora.documents.actions.drafts import Asked
from opora.documents.forms.drafts import people_of
from opora.documents.models import Document, Draft, DraftState, Visa, VisaState
from opora.documents.printing import render
from opora.lists.actions import knowing
from opora.lists.models import PolicyOption
from opora.notices.models import Notice
from opora.roadmaps.models import RoadMap
from tests.documents.conftest import TEXT, work
from tests.factories import Region

pytestmark = pytest.mark.django_db
S, V = DraftState, VisaState
OFF = TEXT.replace("до 1 декабря 2026\tМОУО", "до 5 декабря 2026\tООО «Ромашка»")


def file(text: str = TEXT) -> ContentFile[bytes]:
    return ContentFile(text.encode(), name="проект.txt")


@pytest.fixture
def people(region: Region) -> list[User]:
    """Of the two municipalities and of the institute."""
    places = (region.municipalities[0], region.municipalities[1])
    found = [region.user(RoleCode.MUNICIPAL_COORDINATOR, place) for place in places]
    return [*found, region.user(RoleCode.REGIONAL_SPECIALIST)]


@pytest.fixture
def draft(region: Region, coordinator: User) -> Draft:
    made = drafts.start_draft(
        by=coordinator, organisation=region.authority, kind="order", title="О школах", file=file(), name="проект.txt"
    )
    work()
    return made


def asked(people: list[User], stages: tuple[int, ...]) -> list[Asked]:
    return [
        Asked(stage, user.active_memberships[0].organisation, user) for user, stage in zip(people, stages, strict=True)
    ]


def visa(draft: Draft, user: User) -> Visa:
    return draft.visas.filter(person=user).latest("pk")


def states(draft: Draft) -> list[str]:
    return list(draft.visas.order_by("pk").values_list("state", flat=True))


# -- who can be asked --------------------------------------------------------------------------------------------------


def test_neighbours_are_not_offered(region: Region, people: list[User], coordinator: User, draft: Draft) -> None:
    assert {one.user for one in people_of(draft)} >= {coordinator, *people}
    local = Draft(organisation=region.municipalities[0])
    methodist = region.user(RoleCode.METHODIST)
    assert {one.user for one in people_of(local)} == {coordinator, people[0], methodist}


def test_a_confidential_draft_is_offered_to_those_who_may_know(
    region: Region, people: list[User], coordinator: User, draft: Draft
) -> None:
    draft.confidential = True
    assert [one.user for one in people_of(draft)] == [coordinator]
    knowing.allow(PolicyOption.INSTITUTE, by=coordinator, region=region.authority)
    assert {one.user for one in people_of(draft)} == {coordinator, people[2]}
    draft.organisation = region.municipalities[0]
    assert {one.user for one in people_of(draft)} == {coordinator, people[0]}


def test_names_in_quotes_are_quoted_inside_quotes() -> None:
    assert checking.quoted("АНО «Ромашка»") == "«АНО „Ромашка“»"


# -- visas -----------------------------------------------------------------------------------------------------------


def test_stages_go_one_after_the_other_and_inside_a_stage_side_by_side(
    draft: Draft, coordinator: User, people: list[User]
) -> None:
    draft = drafts.send_to_visas(draft, by=coordinator, asked=asked(people, (1, 1, 2)))
    assert states(draft) == [V.ASKED, V.ASKED, V.WAITING]
    assert Notice.objects.filter(user=people[0], kind="visa").count() == 1
    assert not Notice.objects.filter(user=people[2]).exists()
    assert not Draft.objects.visible(people[2]).exists()
    visas.decide(visa(draft, people[1]), by=people[1], act="agree")
    with pytest.raises(Refused, match="комментарий"):
        visas.decide(visa(draft, people[0]), by=people[0], act="remarks", comment="  ")
    visas.decide(visa(draft, people[0]), by=people[0], act="remarks", comment="Уточнить срок")
    assert states(draft) == [V.REMARKS, V.AGREED, V.ASKED]
    assert Draft.objects.visible(people[2]).exists()
    visas.decide(visa(draft, people[2]), by=people[2], act="agree")
    draft.refresh_from_db()
    assert draft.state == S.AGREED
    assert Notice.objects.filter(user=coordinator, kind="visa").count() == 1


def test_a_refusal_returns_it_when_the_stage_was_heard_and_a_new_version_asks_again(
    draft: Draft, coordinator: User, people: list[User]
) -> None:
    draft = drafts.send_to_visas(draft, by=coordinator, asked=asked(people, (1, 1, 2)))
    visas.decide(visa(draft, people[0]), by=people[0], act="refuse", comment="Нет источника")
    draft.refresh_from_db()
    assert draft.state == S.VISAS
    visas.decide(visa(draft, people[1]), by=people[1], act="agree")
    draft.refresh_from_db()
    assert draft.state == S.RETURNED
    drafts.add_version(draft, by=coordinator, file=file(), name="проект 2.txt", note="Добавлен источник")
    assert states(draft) == [V.RENEWED, V.AGREED, V.RENEWED, V.ASKED, V.WAITING]
    assert (visa(draft, people[0]).version, visa(draft, people[1]).version) == (2, 1)
    visas.decide(visa(draft, people[0]), by=people[0], act="agree")
    visas.decide(visa(draft, people[2]), by=people[2], act="agree")
    draft.refresh_from_db()
    assert draft.state == S.AGREED
    drafts.add_version(draft, by=coordinator, file=file(), name="3.txt", again=[visa(draft, people[1]).pk])
    draft.refresh_from_db()
    assert (draft.state, visa(draft, people[1]).state, visa(draft, people[1]).version) == (S.VISAS, V.ASKED, 3)


def test_only_who_is_asked_decides_and_once(draft: Draft, coordinator: User, people: list[User]) -> None:
    draft = drafts.send_to_visas(draft, by=coordinator, asked=asked(people, (1, 1, 1)))
    for other in (coordinator, people[1]):
        with pytest.raises(Denied):
            visas.decide(visa(draft, people[0]), by=other, act="agree")
    stale = visa(draft, people[0])
    visas.decide(visa(draft, people[0]), by=people[0], act="agree")
    with pytest.raises(Refused):
        visas.decide(stale, by=people[0], act="refuse", comment="Передумал")


def test_an_organisation_is_asked_and_an_absent_one_is_replaced(
    region: Region, draft: Draft, coordinator: User, people: list[User]
) -> None:
    place = region.municipalities[0]
    other = region.user(RoleCode.MUNICIPAL_COORDINATOR, place)
    draft = drafts.send_to_visas(draft, by=coordinator, asked=[Asked(1, place), Asked(1, place, people[0])])
    assert Draft.objects.visible(other).exists()
    with pytest.raises(Refused, match="не работает"):
        visas.hand_on(visa(draft, people[0]), by=coordinator, to=people[1], reason="в отпуске")
    with pytest.raises(Refused, match="комментарий"):
        visas.hand_on(visa(draft, people[0]), by=people[0], to=other, reason=" ")
    with pytest.raises(Denied):
        visas.hand_on(visa(draft, people[0]), by=people[1], to=other, reason="в отпуске")
    made = visas.hand_on(visa(draft, people[0]), by=coordinator, to=other, reason="в отпуске")
    visas.decide(made, by=other, act="agree")
    visas.decide(draft.visas.get(person=None), by=other, act="agree")
    draft.refresh_from_db()
    assert (draft.state, states(draft)) == (S.AGREED, [V.AGREED, V.REPLACED, V.AGREED])


def test_a_secret_draft_is_shown_to_nobody_who_may_not_know(
    region: Region, coordinator: User, people: list[User]
) -> None:
    secret = drafts.start_draft(
        by=coordinator,
        organisation=region.authority,
        kind="order",
        title="О списке",
        file=file(),
        name="a.txt",
        confidential=True,
    )
    with pytest.raises(Refused, match="не открыты"):
        drafts.send_to_visas(secret, by=coordinator, asked=asked(people, (1, 1, 1)))
    assert not Draft.objects.visible(people[0]).exists()


ACTS = st.lists(
    st.tuples(st.sampled_from(["agree", "remarks", "refuse", "version", "hand_on", "withdraw"]), st.integers(0, 2)),
    max_size=10,
)


@settings(max_examples=12)
@given(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3)), ACTS)
def test_whatever_is_done_the_draft_and_its_visas_agree(
    region: Region,
    coordinator: User,
    people: list[User],
    stages: tuple[int, ...],
    acts: list[tuple[str, int]],
) -> None:
    made = drafts.start_draft(
        by=coordinator, organisation=region.authority, kind="order", title="О школах", file=file(), name="a.txt"
    )
    drafts.send_to_visas(made, by=coordinator, asked=asked(people, stages))
    for act, who in acts:
        made.refresh_from_db()
        try:
            if act == "version":
                drafts.add_version(made, by=coordinator, file=file(), name="a.txt")
            elif act == "withdraw":
                drafts.withdraw_draft(made, by=coordinator, reason="Не нужен")
            elif act == "hand_on":
                visas.hand_on(visa(made, people[who]), by=coordinator, to=people[who], reason="Болен")
            else:
                visas.decide(visa(made, people[who]), by=people[who], act=act, comment="Замечание")
        except (Refused, Denied):
            pass
        made.refresh_from_db()
        rows = list(made.visas.filter(state__in=[V.WAITING, V.ASKED, V.AGREED, V.REMARKS, V.REFUSED]))
        now = {one.state for one in rows}
        if made.state == S.AGREED:
            assert now <= {V.AGREED, V.REMARKS}
        elif made.state == S.VISAS:
            assert V.ASKED in now
            stage = {one.stage for one in rows if one.state == V.ASKED}
            assert len(stage) == 1
            assert all(one.stage > max(stage) for one in rows if one.state == V.WAITING)
        elif made.state == S.RETURNED:
            assert V.REFUSED in now
            assert V.ASKED not in now
        else:
            assert made.state == S.WITHDRAWN
            assert V.ASKED not in now


# -- signature -------------------------------------------------------------------------------------------------------


def test_signed_registered_and_on_to_the_reading(draft: Draft, coordinator: User, people: list[User]) -> None:
    day = dt.date(2026, 11, 25)
    with pytest.raises(Refused):
        drafts.sign(draft, by=coordinator, name="Министр А.А. Иванова", day=day)
    draft = drafts.send_to_visas(draft, by=coordinator, asked=asked(people[:1], (1,)))
    visas.decide(visa(draft, people[0]), by=people[0], act="agree")
    scan = ContentFile(b"%PDF-1.7 scan")
    draft = drafts.sign(draft, by=coordinator, name="Министр А.А. Иванова", day=day, scan=scan, scan_name="скан.pdf")
    with pytest.raises(Refused):
        drafts.add_version(draft, by=coordinator, file=file(), name="a.txt")
    draft = drafts.register_draft(draft, by=coordinator, number="15", day=day)
    assert not Document.objects.exists()
    made = drafts.enter_draft(draft, by=coordinator)
    work()
    assert Document.objects.get(pk=made.pk).state == "review"
    with pytest.raises(Refused):
        drafts.enter_draft(draft, by=coordinator)


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_the_sheet_is_read_back(draft: Draft, coordinator: User, people: list[User], tmp_path: Path, kind: str) -> None:
    for user, name in zip(people, ("Ветрова А.Б.", "Орлов Д.С.", "Соколова М.П."), strict=True):
        User.objects.filter(pk=user.pk).update(display_name=name)
        user.refresh_from_db()
    draft = drafts.send_to_visas(draft, by=coordinator, asked=asked(people, (1, 1, 2)))
    for user, act in zip(people, ("agree", "remarks", "refuse"), strict=True):
        visas.decide(visa(draft, user), by=user, act=act, comment="Уточнить срок")
    rows = list(draft.visas.select_related("person", "organisation").order_by("stage", "pk"))
    sheet = sheets.approval_sheet(draft, rows, list(draft.versions.all()), by=coordinator)
    path = tmp_path / f"sheet.{kind}"
    path.write_bytes(render(sheet, kind))
    found = [(one.name, one.conclusion) for one in read(path).approvals]
    assert found == [
        ("Ветрова А.Б.", "согласовано"),
        ("Орлов Д.С.", "согласовано с замечаниями"),
        ("Соколова М.П.", "отказано"),
    ]


# -- the check -------------------------------------------------------------------------------------------------------


def test_the_check_names_days_off_and_unknown_executors_and_touches_nothing_else(
    region: Region, coordinator: User
) -> None:
    draft = drafts.start_draft(
        by=coordinator, organisation=region.authority, kind="order", title="О школах", file=file(OFF), name="a.txt"
    )
    work()
    version = draft.versions.get()
    codes = {one["code"] for one in version.findings}
    assert {"deadline-day-off", "unknown-addressee", "deadline-unclear"} <= codes
    assert "«МОУО»" not in str(version.findings)
    assert not Document.objects.exists()
    assert not RoadMap.objects.exists()


def test_marks_hold_over_versions_and_what_was_mended_but_stays_opens_again(draft: Draft, coordinator: User) -> None:
    def found() -> dict[str, checking.Shown]:
        version = draft.versions.get(number=draft.last_version)
        return {one.message[:10]: one for one in checking.shown(version)}

    drafts.add_version(draft, by=coordinator, file=file(OFF), name="a.txt")
    work()
    draft.refresh_from_db()
    names = list(found())
    assert len(names) >= 2
    day, name = (next(one for one in found().values() if words in one.message) for words in ("суббота", "Ромашка"))
    with pytest.raises(Refused, match="почему"):
        marking.mark(draft, by=coordinator, key=name.key, decision="right")
    marking.mark(draft, by=coordinator, key=name.key, decision="right", comment="Подрядчик")
    marking.mark(draft, by=coordinator, key=day.key, decision="fixed")
    moved = OFF.replace("О поддержке школ", "О поддержке школ\nВ целях повышения качества образования")
    drafts.add_version(draft, by=coordinator, file=file(moved), name="b.txt")
    work()
    draft.refresh_from_db()
    after = {one.key: one for one in found().values()}
    assert after[name.key].mark is not None
    assert not after[name.key].open
    assert after[day.key].again
    assert after[day.key].open
    marking.unmark(draft, by=coordinator, key=name.key)
    assert {one.key: one for one in found().values()}[name.key].open


# -- pages -----------------------------------------------------------------------------------------------------------


def test_the_way_through_the_pages(client: Client, region: Region, coordinator: User, people: list[User]) -> None:
    client.force_login(coordinator)
    page = client.get(reverse("documents:new_draft")).content.decode()
    assert "Загрузить и проверить" in page
    sent = {"file": file(OFF), "title": "О школах", "kind": "order", "organisation": region.authority.public_id}
    answer = client.post(reverse("documents:new_draft"), sent)
    assert answer.headers["Location"].startswith("/tasks/")
    work()
    draft = Draft.objects.get()
    page = client.get(draft.get_absolute_url()).content.decode()
    assert "суббота" in page
    assert "Ромашка" in page
    member = people[0].active_memberships[0]
    rows = {"who-TOTAL_FORMS": "2", "who-INITIAL_FORMS": "0", "who-0-who": str(member.pk), "who-0-stage": "1"}
    rows |= {"who-1-who": "", "who-1-stage": "1", "who-1-due": ""}  # a row that was left empty
    client.post(reverse("documents:route", args=[draft.public_id]), rows)
    client.force_login(people[0])
    assert "Поставить визу" in client.get(draft.get_absolute_url()).content.decode()
    one = draft.visas.get()
    url = reverse("documents:visa", args=[draft.public_id, one.public_id])
    assert "field-error" in client.post(url, {"act": "refuse", "comment": ""}).content.decode()
    client.post(url, {"act": "agree", "comment": ""})
    draft.refresh_from_db()
    assert draft.state == S.AGREED
