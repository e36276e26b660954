"""Concerns of the demo: one at each level, one addressed to its school, one that is over."""

from __future__ import annotations

from opora.access.models import Membership, User
from opora.access.roles import RoleCode
from opora.support.actions import concerns as actions
from opora.support.levels import levels, newest
from opora.support.models import Case, Concern

CARE = len(levels(newest()))
MORE = (
    "В 7–9 классах третью неделю нет уроков физики: учитель на больничном, замены нет.",
    "Работы ВПР проверяла сама школа: отметки выше, чем у тех же учеников на региональной работе.",
    "Ушли три учителя начальных классов, нагрузку делят двое.",
)


def build_concerns(coordinator: User) -> None:
    cases = list(Case.objects.open().select_related("school__parent").order_by("due", "pk")[:8])
    if len(cases) < 5:
        return
    first, second, third, fourth, fifth, *others = cases
    _raised(first, "Два месяца нет учителя математики в 8–9 классах: уроки замещает учитель физкультуры.", coordinator)
    shared = _raised(second, "Школа не провела входную диагностику в установленный срок.", coordinator, shared=True)
    _ticked(shared, coordinator, 2)
    third_one = _raised(third, "Из 14 мероприятий программы к ноябрю выполнено два.", coordinator)
    third_one = actions.put(third_one, by=coordinator, rank=2, reason="Отчёт о ходе программы не сдан повторно.")
    actions.decide(
        third_one, by=coordinator, text="Муниципалитет сам проверяет выполнение программы каждые две недели."
    )
    _care(fourth, coordinator)
    over = _raised(fifth, "Родители жалуются на отмену занятий с отстающими.", coordinator, shared=True)
    _ticked(over, coordinator, len(levels(newest())[0].checklist))
    actions.resolve(over, by=coordinator, reason="Занятия возобновлены, расписание вывешено на сайте школы.")
    for case, text in zip(others, MORE, strict=False):
        more = _raised(case, text, coordinator)
        more = actions.put(more, by=coordinator, rank=2, reason="За месяц школа не ответила муниципалитету.")
        actions.put(more, by=coordinator, rank=3, reason="Муниципалитет не справился сам: нужны методисты региона.")


def _care(case: Case, coordinator: User) -> None:
    """On the level of management care, with a part of its checklist done."""
    found = _raised(case, "Доля не справившихся с работами растёт третий год, директор сменился дважды.", coordinator)
    found = actions.put(found, by=coordinator, rank=3, reason="Муниципалитет просит помощи региона.")
    decision = "Десант методистов по математике и русскому языку, ставка тьютора за счёт института."
    actions.decide(found, by=coordinator, text=decision, document_text="протокол группы от 12.10.2026 № 4")
    reason = "За два месяца на контроле региона положение не изменилось."
    found = actions.put(found, by=coordinator, rank=CARE, reason=reason, document_text="приказ от 16.11.2026 № 812")
    _ticked(found, coordinator, 2)


def _raised(case: Case, text: str, coordinator: User, *, shared: bool = False) -> Concern:
    """By the municipality, where it has an account."""
    role = RoleCode.MUNICIPAL_COORDINATOR
    found = Membership.objects.filter(organisation=case.school.parent, role=role).select_related("user").first()
    return actions.raise_concern(case, by=found.user if found else coordinator, text=text, shared=shared)


def _ticked(concern: Concern, by: User, count: int) -> None:
    for item in levels(concern.version)[concern.rank - 1].checklist[:count]:
        actions.tick(concern, by=by, item=item.key)
