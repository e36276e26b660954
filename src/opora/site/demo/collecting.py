"""Forms of the demo: passports of all schools, self-analyses of the listed ones, questionnaires with their answers.

Each school has its own troubles, one number of 0 to 1 for every factor of risk; its answers follow them, so that its
risk profile tells what one would read in its passport.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence

from django.utils import timezone

from opora.access.models import User
from opora.collection import ready
from opora.collection.actions import building, campaigns
from opora.collection.actions.campaigns import Plan
from opora.collection.definition import Definition
from opora.collection.models import Campaign, CampaignState, Questionnaire, Response, Submission, SubmissionState
from opora.collection.values import Stored
from opora.collection.working import work_out
from opora.core.clock import today
from opora.lists.models import ListEntry
from opora.registry.models import Organisation, Post
from opora.site.demo.region import Region
from opora.support.scoring import shipped

Troubles = Mapping[str, float]  # by the code of a factor
SENT = dt.timedelta(days=30)  # ago
LEFT = dt.timedelta(days=16)  # until the day of what is still collected
PEOPLE = {"teachers": (7, 16), "pupils": (18, 34), "parents": (11, 24)}  # who answered in a school of the lists
OTHERS = 4  # every so many schools beside the lists asked their people too
WAITING = (
    SubmissionState.SENT,
    SubmissionState.ACCEPTED,
    SubmissionState.ACCEPTED,
    SubmissionState.DRAFT,
    SubmissionState.EMPTY,
    SubmissionState.RETURNED,
)
RETURNED = "Проверьте число учителей: в прошлом году было вдвое больше."
WORDS = {
    "results_words": "Не сформированы смысловое чтение, вычислительные навыки и умение решать текстовые задачи.",
    "strong": "Устойчивый коллектив начальной школы, тёплые отношения с семьями, школьный музей и спортивный клуб.",
    "tried": "Дополнительные занятия дали результат там, где учитель вёл их по плану для каждого ученика.",
    "equipment_lack": "Лабораторных наборов по физике и химии, компьютеров для второго кабинета.",
    "outside_notes": "Часть семей работает вахтой, детей воспитывают бабушки.",
}


def build_forms(region: Region, coordinator: User, seed: int) -> None:
    rng = random.Random(f"forms {seed}")
    listed = set(ListEntry.objects.standing().values_list("organisation", flat=True))
    troubles = {one.pk: troubles_of(listed=one.pk in listed, rng=rng) for one in region.schools}
    schools = sorted(region.schools, key=lambda one: one.path)
    passports = _campaign("passport", coordinator, region, "Паспорт школы на 2026/27 учебный год", group="schools")
    _submitted(passports, schools, listed, troubles, rng)
    title = "Самоанализ причин низких результатов"
    analyses = _campaign("self_analysis", coordinator, region, title, group="listed_both")
    _submitted(analyses, [one for one in schools if one.pk in listed], listed, troubles, rng)
    for code in ready.QUESTIONNAIRES:
        asked = _campaign(code, coordinator, region, f"{ready.ready(code).title}, осень", group="schools")
        _asked(asked, code, schools, listed, troubles, rng)


def _campaign(code: str, by: User, region: Region, title: str, *, group: str) -> Campaign:
    """Sent a month ago, without the notices that went out then."""
    shipped_form = ready.ready(code)
    form = building.create(
        by=by, territory=region.authority, title=shipped_form.title, kind=shipped_form.kind, ready=code
    )
    version = building.publish(form, by=by, revision=0)
    made = campaigns.prepare(version, Plan(title, today() + LEFT, region.authority, group=group), by=by)
    made.state, made.sent_at, made.sent_by = CampaignState.SENT, timezone.now() - SENT, by.label
    made.save(update_fields=["state", "sent_at", "sent_by"])
    return made


def troubles_of(*, listed: bool, rng: random.Random) -> dict[str, float]:
    """A listed school has three heavy ones, another has one of middle weight."""
    codes = list(shipped().titles)
    found = {code: rng.uniform(0.05, 0.4) for code in codes}
    for code in rng.sample(codes, 3 if listed else 1):
        found[code] = rng.uniform(0.65, 0.95) if listed else rng.uniform(0.4, 0.6)
    return found


# -- forms -------------------------------------------------------------------------------------------------------------


def _submitted(
    campaign: Campaign,
    schools: Sequence[Organisation],
    listed: set[int],
    troubles: Mapping[int, Troubles],
    rng: random.Random,
) -> None:
    """Those of the listed schools are accepted, of the others as a campaign is in the middle of its way."""
    definition, rows = campaign.version.content, []
    posts = Post.objects.filter(organisation__in=schools, is_head=True).select_related("person")
    heads = {one.organisation_id: str(one.person) for one in posts}
    for number, school in enumerate(schools):
        state = SubmissionState.ACCEPTED if school.pk in listed else WAITING[number % len(WAITING)]
        one = Submission(campaign=campaign, organisation=school, state=state)
        if state != SubmissionState.EMPTY:
            given = answers(campaign.version.form.ready, definition, school, troubles[school.pk], rng)
            if "head_name" in given and school.pk in heads:
                given["head_name"] = heads[school.pk]
            one.answers, one.revision = work_out(definition, given).answers, 1
        if state in (SubmissionState.SENT, SubmissionState.RETURNED, SubmissionState.ACCEPTED):
            one.sent_at, one.sent_by = timezone.now() - SENT / 2, f"Руководитель ({school.short_name})"
        if state in (SubmissionState.RETURNED, SubmissionState.ACCEPTED):
            one.decided_at, one.decided_by = timezone.now() - SENT / 3, campaign.made_by
        one.remark = RETURNED if state == SubmissionState.RETURNED else ""
        rows.append(one)
    Submission.objects.bulk_create(rows, batch_size=500)


def answers(
    code: str, definition: Definition, school: Organisation, troubles: Troubles, rng: random.Random
) -> dict[str, Stored]:
    found = dict(chosen(code, definition, troubles, rng))
    found |= {key: text for key, text in WORDS.items() if key in definition.fields}
    return found | (_passport(school, troubles, rng) if code == "passport" else _causes(troubles))


def chosen(code: str, definition: Definition, troubles: Troubles, rng: random.Random) -> Iterator[tuple[str, Stored]]:
    """Answers to choices: those that speak of a factor follow its trouble, others are any."""
    points = _points(code)
    for key, field in definition.fields.items():
        if not field.options or field.condition:
            continue
        if key in points:
            factor, told = points[key]
            yield key, _near(told, troubles[factor], rng)
        elif field.kind == "several":
            yield key, [one for one in field.options[:-1] if rng.random() < 0.4] or [field.options[0]]
        else:
            yield key, rng.choice(field.options)


def _points(code: str) -> dict[str, tuple[str, Mapping[str, float]]]:
    """Of questions of a form: which factor they speak of, and the points of their answers."""
    pieces = ((factor.code, piece) for factor in shipped().factors for piece in factor.pieces)
    return {piece.key: (factor, piece.points) for factor, piece in pieces if piece.form == code and piece.points}


def _near(points: Mapping[str, float], trouble: float, rng: random.Random) -> str:
    """An answer whose points lie about the trouble."""
    weights = [max(0.03, 1 - abs(value / 100 - trouble) * 1.6) ** 2 for value in points.values()]
    return rng.choices(list(points), weights)[0]


def _passport(school: Organisation, troubles: Troubles, rng: random.Random) -> dict[str, Stored]:
    pupils = school.pupils or rng.randrange(80, 420)
    teachers = max(7, round(pupils / 14))

    def part(whole: float, start: float, end: float, factor: str) -> str:
        """Between two shares (in %) of a whole, as heavy as the trouble, to a few more or less."""
        trouble = min(1.0, max(0.0, troubles[factor] + rng.uniform(-0.1, 0.1)))
        return str(min(round(whole), round(whole * (start + (end - start) * trouble) / 100)))

    primary, senior = round(pupils * 0.42), round(pupils * 0.1)
    special, foreign = part(pupils, 2, 24, "special_needs"), part(pupils, 1, 38, "language_culture")
    diagnosed, computers = round(teachers * 0.7), max(4, round(pupils / (5 + 12 * troubles["equipment"])))
    labs = ["физика", "химия", "биология", "информатика", "технология", "спортивный зал"]
    equipped = labs[: round(6 * (1 - troubles["equipment"]))] or ["нет ни одного"]
    head = {
        "head_name": "Руководитель школы",
        "head_since": f"{today().year - rng.randrange(1, 9)}-08-25",
        "head_phone": school.phone or "+7 900 000-00-00",
        "head_email": school.email or "school@example.org",
        "heads_in_five_years": str(1 + round(2.5 * troubles["climate"])),
    }
    staff = {
        "classes": str(max(9, round(pupils / 16))),
        "teachers": str(teachers),
        "outside_teachers": part(teachers, 3, 35, "teacher_shortage"),
        "vacancies": part(teachers, 0, 20, "teacher_shortage"),
        "not_by_profile": part(teachers, 2, 30, "teacher_shortage"),
        "retirement_teachers": part(teachers, 15, 55, "teacher_shortage"),
        "young_teachers": part(teachers, 15, 5, "teacher_shortage"),
        "top_category": part(teachers, 78, 22, "competence"),
        "trained_teachers": part(teachers, 100, 45, "competence"),
        "diagnosed_teachers": str(diagnosed),
        "deficit_teachers": part(diagnosed, 12, 70, "competence"),
        "psychologist": "0.5",
        "speech_therapist": "0.5" if troubles["special_needs"] < 0.5 else "0",
        "social_teacher": "0.5",
        "lesson_visits": str(round(10 * (1 - troubles["in_school_training"]))),
    }
    people = {
        "pupils": str(pupils),
        "pupils_primary": str(primary),
        "pupils_basic": str(pupils - primary - senior),
        "pupils_senior": str(senior),
        "special_needs": special,
        "special_programmes": str(round(int(special) * (1 - troubles["special_needs"] / 2))),
        "not_native": foreign,
        "failing": part(pupils, 0, 9, "failure_risk"),
        "at_risk": part(pupils, 5, 38, "failure_risk"),
        "registered": part(pupils, 0, 7, "discipline"),
        "missed_lessons": str(round(3 + 32 * troubles["discipline"])),
        "conflicts": part(pupils, 0, 4, "climate"),
        "olympiads": part(pupils, 28, 3, "motivation"),
        "extra_classes": part(pupils, 85, 32, "motivation"),
    }
    if int(foreign):
        helped = _points("passport")["not_native_help"][1]
        people["not_native_help"] = _near(helped, troubles["language_culture"], rng)
    base = {
        "internet_speed": str(round(100 - 80 * troubles["equipment"])),
        "computers": str(computers),
        "old_computers": part(computers, 10, 80, "equipment"),
        "textbooks": str(round(100 - 12 * troubles["equipment"])),
        "labs": equipped,
    }
    outside = {
        "bus_pupils": str(round(pupils * rng.uniform(0, 0.3))),
        "families_poor": str(round(pupils * rng.uniform(0.1, 0.4))),
        "families_single": str(round(pupils * rng.uniform(0.1, 0.3))),
        "families_risk": part(pupils, 0, 9, "parents"),
        "parents_higher": str(round(pupils * rng.uniform(0.1, 0.5))),
        "parents_meetings": str(round(85 - 50 * troubles["parents"])),
    }
    return {**head, **staff, **people, **base, **outside}


AREAS = {
    "equipment": ("оснащение", "Кабинеты физики и химии не оснащены", "Паспорт школы", "муниципалитет"),
    "teacher_shortage": ("нехватка учителей", "Нет учителя математики", "Штатное расписание", "муниципалитет"),
    "competence": ("компетенции учителей", "Трудные темы объясняют одним способом", "Посещено 14 уроков", "школа"),
    "adaptivity": ("подстройка обучения под ученика", "Задания одинаковы для всех", "Посещено 14 уроков", "школа"),
    "in_school_training": (
        "внутришкольное обучение",
        "Учителя не бывают на уроках коллег",
        "Журнал посещений",
        "школа",
    ),
    "special_needs": ("особые потребности", "Нет логопеда и дефектолога", "Заключения ПМПК", "регион"),
    "language_culture": ("язык и культура", "Дети не понимают текст задания", "Диагностика чтения", "школа"),
    "climate": ("уклад школы", "Ученики не доверяют взрослым", "Анкета учеников", "школа"),
    "discipline": ("дисциплина", "Уроки пропускают без причины", "Классные журналы", "школа"),
    "motivation": ("мотивация", "Ученики не видят, зачем учиться", "Анкета учеников", "школа"),
    "failure_risk": ("риск неуспешности", "Отстающих замечают поздно", "Результаты ВПР", "школа"),
    "parents": ("участие родителей", "Родители не приходят на собрания", "Протоколы собраний", "школа"),
}


def _causes(troubles: Troubles) -> dict[str, Stored]:
    heavy = sorted(troubles, key=lambda code: -troubles[code])[:3]
    keys = ("area", "cause", "proof", "level")
    return {"inner_causes": [dict(zip(keys, AREAS[code], strict=True)) for code in heavy]}


# -- questionnaires ----------------------------------------------------------------------------------------------------


def _asked(
    campaign: Campaign,
    code: str,
    schools: Sequence[Organisation],
    listed: set[int],
    troubles: Mapping[int, Troubles],
    rng: random.Random,
) -> None:
    """Each school has its link; people of the listed ones and of some others have answered, of one too few."""
    made = Questionnaire.objects.bulk_create(
        [Questionnaire(campaign=campaign, organisation=one) for one in schools], batch_size=500
    )
    definition, rows = campaign.version.content, []
    for number, one in enumerate(made):
        least, most = PEOPLE[code] if one.organisation_id in listed else (3, 12)
        count = rng.randint(least, most) if one.organisation_id in listed or number % OTHERS == 0 else 0
        for person in range(count):
            answers = dict(chosen(code, definition, troubles[one.organisation_id], rng))
            day = today() - dt.timedelta(days=rng.randrange(1, SENT.days))
            rows.append(Response(questionnaire=one, answers=answers, day=day, sheet=f"{one.public_id}{person}"))
    Response.objects.bulk_create(rows, batch_size=1000)
