"""A form with two versions, the second one being built; forms that the first school fills in, openly and secretly."""

from __future__ import annotations

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile

from opora.collection.actions import bringing, building, campaigns, filling, workbooks
from opora.collection.definition import Definition, read
from opora.collection.models import Questionnaire, Submission
from opora.core.clock import today
from tests.site.world.objects import World


def add_forms(world: World) -> None:
    field = {"key": "q0", "kind": "text", "title": f"Вопрос {world.word('Омикрон')}"}
    definition = read({"sections": [{"key": "a", "title": world.word("Омикрон"), "fields": [field]}]})
    by, territory = world.coordinator, world.region.authority
    world.form = building.create(
        by=by, territory=territory, title=f"Форма {world.word('Омикрон')}", kind="free", definition=definition
    )
    building.publish(world.form, by=by, revision=0)
    building.new_version(world.form, by=by)
    world.submission = _collected(world, "Форма-а", secret=False)
    world.campaign = world.submission.campaign
    world.answer_file = filling.attach(
        world.submission, "file", SimpleUploadedFile("answer.txt", b"answer"), by=world.coordinator
    )
    _named_by_a_document(world, definition)
    _returned_as_a_file(world)
    world.sent_form = _collected(world, "Форма-а", secret=False)
    world.secret_form = _collected(world, "Форма-б", secret=True)
    for one in (world.sent_form, world.secret_form):
        filling.save(one, {"words": one.campaign.title}, by=world.coordinator, revision=0)
        filling.send(one, by=world.coordinator, revision=1)
    world.prepared_campaign = campaigns.prepare(
        world.campaign.version, _plan(world, "Форма-а", secret=False), by=world.coordinator
    )
    world.questionnaire = _asked(world, "Форма-а", secret=False)
    world.secret_questionnaire = _asked(world, "Форма-б", secret=True)


def _asked(world: World, word: str, *, secret: bool) -> Questionnaire:
    """The title of the form is public: it stands on the page on which people answer; that of the campaign is not."""
    form = building.create(
        by=world.coordinator, territory=world.region.authority, title="Анкета", kind="questionnaire", ready="pupils"
    )
    version = building.publish(form, by=world.coordinator, revision=0)
    campaign = campaigns.prepare(version, _plan(world, word, secret=secret), by=world.coordinator)
    campaigns.send_all(campaign, by=world.coordinator)
    return campaign.questionnaires.get()


def _named_by_a_document(world: World, definition: Definition) -> None:
    world.naming_activity = world.sent.activities.all()[0]
    world.named_form = building.create(
        by=world.coordinator,
        territory=world.region.authority,
        title=f"Форма {world.word('Омикрон')}",
        kind="free",
        definition=definition,
        document_id=world.sent.document.public_id,
        clause=world.naming_activity.number,
    )
    building.publish(world.named_form, by=world.coordinator, revision=0)


def _returned_as_a_file(world: World) -> None:
    content = workbooks.issue(world.submission, by=world.coordinator)
    file = SimpleUploadedFile(f"{world.word('Форма-а')}.xlsx", content)
    world.workbook_upload = bringing.take_in([file], by=world.coordinator)
    world.workbook_file = world.workbook_upload.files.get()


def _plan(world: World, word: str, *, secret: bool) -> campaigns.Plan:
    school, due = world.region.schools[0], today() + dt.timedelta(days=9)
    title = f"Сбор {world.word(word)}"
    return campaigns.Plan(title, due, world.region.authority, picked=(school,), confidential=secret)


def _collected(world: World, word: str, *, secret: bool) -> Submission:
    fields = [
        {"key": "words", "kind": "text", "title": f"Вопрос {world.word(word)}"},
        {"key": "file", "kind": "file", "title": "Файл"},
    ]
    definition = read({"sections": [{"key": "a", "title": "Раздел", "fields": fields}]})
    by = world.coordinator
    form = building.create(
        by=by, territory=world.region.authority, title=world.word(word), kind="free", definition=definition
    )
    version = building.publish(form, by=by, revision=0)
    campaign = campaigns.prepare(version, _plan(world, word, secret=secret), by=by)
    campaigns.send_all(campaign, by=by)
    return campaign.submissions.select_related("campaign__version__form", "campaign__territory", "organisation").get()
