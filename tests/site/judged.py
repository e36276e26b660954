"""What comes of results in the world with the secret: a run, a draft that two people decide, what the school says."""

from __future__ import annotations

from dataclasses import replace

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.assessments.actions import deciding, objecting, running, taking, uploading
from opora.assessments.models import Decision, Loading, ObjectionFile, Run, Selection
from opora.core.clock import today
from opora.core.models import Job
from opora.core.tasks.running import run_job
from opora.lists.models import Category, SchoolList
from opora.lists.queries import period
from opora.registry.models import Organisation
from tests.assessments.conftest import file, marks, table
from tests.site.world import World

# Why it is included, what it objects with and why it leaves.
WORDS = ("Включенова", "Возраженцева", "Выходцева")
YEAR = 2020  # in which the world has results of the first school


def judged(world: World, beside: Organisation, by: User, second: User, head: User, visitors: list[Client]) -> None:
    """The secret school stands first in `world`. A rule judges its results and does not name it; two people include it
    all the same, with one `beside` it; it objects thrice, and leaves. `world` has the objects."""
    school = world.region.schools[0]
    run = _run(world, by)
    selection, made = _listed(run, [school, beside], by, second)
    world.list = made
    first = _objected(made, head, school, "не согласна")
    objecting.answer(first, by=by, uphold=False, text=f"Ответила {WORDS[1]}")
    objecting.withdraw(_objected(made, head, school, "отозвала"), by=head)
    _copied(world, run, made, visitors)
    last = _objected(made, head, school, "настаивает")
    last = objecting.answer(last, by=second, uphold=True, text=f"Убедила {WORDS[2]}")
    drafts = [_draft(run, by, number, school) for number in range(2)]
    deciding.propose(drafts[1], by=second)
    world.identified = replace(
        world.identified,
        run=run,
        selection=drafts[0],
        proposed=drafts[1],
        dropped=selection,
        objection=last,
        evidence=ObjectionFile.objects.filter(objection=last).get(),
        leaving=last.leaving,
    )
    _visited(world, visitors)


def _work() -> None:
    """The job given last: others wait in both worlds."""
    run_job.call(Job.objects.order_by("-pk")[0].public_id)


def loaded(world: World, by: User) -> Loading:
    """Results of all schools, whichever of them are listed: in both worlds."""
    rows = [row for school in world.region.schools for row in marks(school.public_id, "22345" * 3, year=YEAR)]
    content = file(table(rows), "ВПР.csv")
    made = uploading.upload(by=by, territory=world.region.authority, files=[content])
    _work()
    made.refresh_from_db()
    taking.take(made, by=by)
    _work()
    made.refresh_from_db()
    assert made.state == "taken", made.failure
    return made


def _run(world: World, by: User) -> Run:
    run = running.start(by=by, territory=world.region.authority, rule_id="fioko-2025", year=YEAR, said={})
    _work()
    run.refresh_from_db()
    assert run.state == "done", run.failure
    return run


def _draft(run: Run, by: User, number: int, *schools: Organisation) -> Selection:
    """With these schools, though the rule does not name them."""
    year, _ = period(today())
    title = f"Проект {WORDS[0]} {number}"
    made = deciding.compose(run, by=by, school_year=year, title=title, category=Category.LOW_RESULTS)
    for one in schools:
        reason = f"Попросила {WORDS[0]}"
        deciding.decide(made, by=by, school=one, decision=Decision.INCLUDE, reason=reason)
    return made


def _listed(run: Run, schools: list[Organisation], by: User, second: User) -> tuple[Selection, SchoolList]:
    selection = deciding.propose(_draft(run, by, 9, *schools), by=by)
    made = deciding.approve(selection, by=second, document_text=f"приказ {WORDS[0]} № 1")
    return selection, made


def _objected(made: SchoolList, head: User, school: Organisation, why: str) -> objecting.Objection:
    proof = SimpleUploadedFile(f"{WORDS[1]}.pdf", b"%PDF-1.7 proof")
    return objecting.file_objection(made, by=head, school=school, text=f"{WORDS[1]} {why}", files=[proof])


def _copied(world: World, run: Run, made: SchoolList, visitors: list[Client]) -> None:
    """Taken on paper while it stands in the list: the note, its annex, the letter, the sheet."""
    school, place = world.region.schools[0], world.region.municipalities[0]
    for client in visitors:
        for url in (
            reverse("assessments:note", args=[run.public_id, "docx"]),
            reverse("assessments:annex", args=[run.public_id, "docx"]),
            reverse("assessments:letters", args=[made.public_id]),
            *(reverse("assessments:letter", args=[made.public_id, place.public_id, kind]) for kind in ("docx", "xlsx")),
            reverse("assessments:sheet", args=[school.public_id, "docx"]),
            reverse("assessments:object", args=[made.public_id, school.public_id]),
        ):
            client.get(url)


def _visited(world: World, visitors: list[Client]) -> None:
    school, found = world.region.schools[0], world.identified
    for client in visitors:
        for url in (
            found.run.get_absolute_url(),
            reverse("assessments:verdict", args=[found.run.public_id, school.public_id]),
            found.dropped.get_absolute_url(),
            found.objection.get_absolute_url(),
            reverse("assessments:evidence", args=[found.objection.public_id, found.evidence.public_id]),
            reverse("assessments:school", args=[school.public_id]),
            reverse("lists:on_day") + "?to=xlsx",
            reverse("lists:school", args=[school.public_id]),
            f"/search/?q={WORDS[1]}",
        ):
            client.get(url)
