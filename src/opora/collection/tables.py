"""The tables of forms."""

from __future__ import annotations

from opora.collection.forms.building import FormFilter
from opora.collection.forms.campaigns import CampaignFilter, SubmissionFilter
from opora.collection.forms.questionnaires import QuestionnaireFilter
from opora.collection.models import Campaign, Form, Questionnaire, Submission
from opora.collection.queries import campaigns as campaign_queries
from opora.collection.queries import forms as queries
from opora.collection.queries import questionnaires as questionnaire_queries
from opora.collection.queries import submissions as submission_queries
from opora.collection.showing import answers_shown
from opora.ui.tables import Column, Table


class FormTable(Table[Form]):
    name = "forms"
    title = "Формы"
    columns = (
        Column(
            "title", "Название", lambda row: row.title, sort=("sort_title",), link=Form.get_absolute_url, clamp=True
        ),
        Column("kind", "Вид", lambda row: row.get_kind_display(), sort=("kind", "sort_title")),
        Column("version", "Версия", lambda row: row.newest, sort=("newest",), align="end"),
        Column(
            "state",
            "Состояние",
            lambda row: row.get_state_display(),
            sort=("state", "sort_title"),
            template="collection/parts/form_state.html",
        ),
        Column("territory", "Чья", lambda row: row.territory, sort=("territory__sort_name",)),
        Column("when", "Составлена", lambda row: row.created_at, sort=("pk",)),
        Column("who", "Кто составил", lambda row: row.made_by, clamp=True),
    )
    default_sort = "title"
    search = staticmethod(queries.search_forms)
    filters = FormFilter


class CampaignTable(Table[Campaign]):
    name = "campaigns"
    title = "Сборы"
    columns = (
        Column(
            "title",
            "Название",
            lambda row: row.title,
            sort=("sort_title",),
            link=Campaign.get_absolute_url,
            clamp=True,
        ),
        Column("form", "Форма", lambda row: f"{row.version.form}, версия {row.version.number}", clamp=True),
        Column("due", "Срок", lambda row: row.due, sort=("due",)),
        Column(
            "state",
            "Состояние",
            lambda row: row.get_state_display(),
            sort=("state", "due"),
            template="collection/parts/campaign_state.html",
        ),
        Column("done", "Принято", lambda row: f"{row.done} из {row.total}" if row.total else "", align="end"),
        Column("when", "Подготовлен", lambda row: row.created_at, sort=("pk",)),
    )
    default_sort = "-when"
    search = staticmethod(campaign_queries.search)
    filters = CampaignFilter


STATE = Column(
    "state",
    "Состояние",
    lambda row: row.get_state_display(),
    sort=("state", "pk"),
    template="collection/parts/submission_state.html",
)
_SENT = Column("sent", "Отправлена", lambda row: row.sent_at, sort=("sent_at",))


class ProgressTable(Table[Submission]):
    """The organisations of a campaign; of a list's campaign it tells who is listed."""

    name = "progress"
    title = "Кто заполнил"
    columns = (
        Column(
            "organisation",
            "Организация",
            lambda row: row.organisation,
            sort=("organisation__sort_name",),
            link=Submission.get_absolute_url,
        ),
        Column(
            "parent",
            "Кому подчинена",
            lambda row: row.organisation.parent,
            sort=("organisation__parent__sort_name", "organisation__sort_name"),
        ),
        STATE,
        _SENT,
        Column("decided", "Решено", lambda row: row.decided_at, sort=("decided_at",)),
    )
    default_sort = "organisation"
    search = staticmethod(submission_queries.search)
    filters = SubmissionFilter


class SubmissionTable(Table[Submission]):
    """Forms that a person sees, of all campaigns."""

    name = "submissions"
    title = "Формы организаций"
    columns = (
        Column(
            "title",
            "Форма",
            lambda row: row.campaign,
            sort=("campaign__sort_title", "pk"),
            link=Submission.get_absolute_url,
            clamp=True,
        ),
        Column("organisation", "Организация", lambda row: row.organisation, sort=("organisation__sort_name", "pk")),
        Column("due", "Срок", lambda row: row.campaign.due, sort=("campaign__due", "pk")),
        STATE,
        _SENT,
    )
    default_sort = "due"
    search = staticmethod(submission_queries.search)
    filters = SubmissionFilter


class QuestionnaireTable(Table[Questionnaire]):
    """How many answered is told by fives and sorts nothing: the order would tell what the fives do not."""

    name = "questionnaires"
    title = "Анкеты"
    columns = (
        Column(
            "title",
            "Анкета",
            lambda row: row.form,
            sort=("campaign__version__form__sort_title", "pk"),
            link=Questionnaire.get_absolute_url,
            clamp=True,
        ),
        Column("organisation", "Организация", lambda row: row.organisation, sort=("organisation__sort_name", "pk")),
        Column("until", "Открыта до", lambda row: row.campaign.due, sort=("campaign__due", "pk")),
        Column(
            "state",
            "Состояние",
            lambda row: "принимает ответы" if row.is_open else "закрыта",
            template="collection/people/state.html",
        ),
        Column("answers", "Ответов", lambda row: answers_shown(row.came), align="end"),
        Column("asks", "Кто спрашивает", lambda row: row.campaign.territory),
    )
    default_sort = "-until"
    search = staticmethod(questionnaire_queries.search)
    filters = QuestionnaireFilter
