"""A set of files with results on its way in: what was recognised in each, what was asked, what was set aside."""

from __future__ import annotations

import secrets
from pathlib import PurePath
from typing import Any

from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.constraints import both_or_none, set_when, state_in, text_when
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.core.text import words
from opora.core.workflow import Transition, Workflow
from opora.registry.models import Organisation


class LoadingState(models.TextChoices):
    READING = "reading", "читается"
    ASKING = "asking", "есть вопросы"
    READ = "read", "прочитана"
    TAKING = "taking", "принимается"
    TAKEN = "taken", "принята"
    DROPPED = "dropped", "отменена"


_OPEN = frozenset({LoadingState.ASKING, LoadingState.READ})
LOADING_WORKFLOW = Workflow(
    LoadingState,
    [
        Transition("ask", "Спросить", frozenset({LoadingState.READING}), LoadingState.ASKING),
        Transition("finish", "Закончить чтение", frozenset({LoadingState.READING}), LoadingState.READ),
        Transition("read", "Прочитать заново", _OPEN | {LoadingState.READING}, LoadingState.READING),
        Transition("take", "Принять", frozenset({LoadingState.READ}), LoadingState.TAKING),
        Transition("taken", "Закончить приём", frozenset({LoadingState.TAKING}), LoadingState.TAKEN),
        Transition("release", "Вернуть", frozenset({LoadingState.TAKING}), LoadingState.READ),
        Transition("drop", "Отменить загрузку", _OPEN | {LoadingState.READING}, LoadingState.DROPPED),
        Transition("undo", "Отменить приём", frozenset({LoadingState.TAKEN}), LoadingState.DROPPED),
    ],
)


def kept_name(row: Loading | LoadedFile, name: str) -> str:
    """A random name in the folder of the loading: the name people gave stands in `file_name` alone."""
    loading = row.loading if isinstance(row, LoadedFile) else row
    endings = "".join(PurePath(name).suffixes[-2:]).lower()[:16]
    return f"results/{loading.public_id}/{secrets.token_hex(16)}{endings}"


class LoadingQuerySet(models.QuerySet["Loading"]):
    def visible(self, user: Actor) -> LoadingQuerySet:
        """Those of the territories where the person loads results."""
        return self.filter(user.scope(Permission.RESULTS_EDIT).q("territory__path"))

    def matching(self, text: str) -> LoadingQuerySet:
        """Those where every word of `text` begins a word of the title or of the name of a file."""
        found = self
        for word in words(text):
            found = found.filter(search__contains=f" {word}")
        return found

    def counted(self) -> LoadingQuerySet:
        """With `taken`, `absent` and `aside`: the rows of its files."""
        kept = ~Q(files__state__in=[FileState.EXCLUDED, FileState.KNOWN])
        return self.annotate(
            **{name: Sum(f"files__rows_{name}", filter=kept, default=0) for name in ("taken", "absent", "aside")}
        )


class Loading(PublicModel):
    """Files that came together, from their upload to «Принять»."""

    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="территория")
    title = models.CharField("название", max_length=300)
    state = models.CharField("состояние", max_length=10, choices=LoadingState, default=LoadingState.READING)
    loaded_by = models.CharField("кто загрузил", max_length=300)  # as the journal names him
    job_id = models.CharField(max_length=26, blank=True)  # public id of the job that reads or takes it
    version = models.PositiveIntegerField("чтение", default=0)  # how many times it was given to be read
    failure = models.TextField("почему не прочитана", blank=True)
    rows = models.FileField("прочитанное", upload_to=kept_name, max_length=200, blank=True)  # RESULTS as parquet
    findings = models.JSONField("замечания", default=list)  # `identification.reading.Finding`
    questions = models.JSONField("вопросы", default=list)  # `identification.reading.Question`
    report = models.JSONField("отчёт о качестве", default=dict)  # see `quality.report`
    taken_at = models.DateTimeField("принята", null=True, blank=True)
    taken_by = models.CharField("кто принял", max_length=300, null=True, blank=True)
    sort_title = SortKeyField(source="title")
    search = models.TextField(editable=False, blank=True, default="")  # folded words, a space before each

    objects = LoadingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "загрузка результатов"
        verbose_name_plural = "загрузки результатов"
        constraints = [
            state_in(LoadingState.values, name="loading_state"),
            both_or_none("taken_at", "taken_by", name="loading_taken_pair"),
            set_when("taken_at", [LoadingState.TAKEN], name="loading_taken_at"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("assessments:loading", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        """Whether what was read can be corrected."""
        return self.state in _OPEN


class FileState(models.TextChoices):
    WAITING = "waiting", "ждёт чтения"
    ASKING = "asking", "есть вопросы"
    READ = "read", "прочитан"
    KNOWN = "known", "уже загружен"
    UNREADABLE = "unreadable", "не прочитан"
    EXCLUDED = "excluded", "исключён"


class LoadedFileQuerySet(models.QuerySet["LoadedFile"]):
    def visible(self, user: Actor) -> LoadedFileQuerySet:
        """Those of the loadings that the person may see."""
        return self.filter(user.scope(Permission.RESULTS_EDIT).q("loading__territory__path"))


class LoadedFile(PublicModel):
    """One file: as it came (until the loading is taken or dropped), and what was read from it."""

    loading = models.ForeignKey(Loading, on_delete=models.CASCADE, related_name="files", verbose_name="загрузка")
    order = models.PositiveIntegerField("порядок", default=0)
    file_name = models.CharField("имя файла", max_length=300)
    file_size = models.PositiveBigIntegerField("размер файла")  # bytes
    sha256 = models.CharField(max_length=64, db_index=True)
    original = models.FileField("файл", upload_to=kept_name, max_length=200, blank=True)
    state = models.CharField("состояние", max_length=10, choices=FileState, default=FileState.WAITING)
    failure = models.TextField("почему не прочитан", blank=True)
    sheets = models.JSONField("листы", default=list)  # what each was taken for: `sheets.view`
    answers = models.JSONField("ответы", default=dict)  # name of a sheet -> what it does not say itself: year, …
    anyway = models.BooleanField("прочитать, хотя уже загружен", default=False)
    rows_taken = models.PositiveIntegerField("строк принято", default=0)
    rows_absent = models.PositiveIntegerField("не участвовали", default=0)
    rows_aside = models.PositiveIntegerField("строк отложено", default=0)
    search = models.TextField(editable=False, blank=True, default="")  # folded

    objects = LoadedFileQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = "файл с результатами"
        verbose_name_plural = "файлы с результатами"
        constraints = [
            state_in(FileState.values, name="loadedfile_state"),
            text_when("failure", [FileState.UNREADABLE], name="loadedfile_failure"),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("assessments:file", args=[self.public_id])

    @property
    def suffix(self) -> str:
        return PurePath(self.file_name).suffix.lower()


class SetAsideQuerySet(models.QuerySet["SetAside"]):
    def visible(self, user: Actor) -> SetAsideQuerySet:
        """Those of the loadings that the person may see."""
        return self.filter(user.scope(Permission.RESULTS_EDIT).q("loading__territory__path"))


class SetAside(models.Model):
    """A row that was not taken, with its place and the reason; the first `MOST_ASIDE` of a loading."""

    loading = models.ForeignKey(Loading, on_delete=models.CASCADE, related_name="set_aside", verbose_name="загрузка")
    file = models.CharField("файл", max_length=300)
    sheet = models.CharField("лист", max_length=100, blank=True)
    row = models.PositiveIntegerField("строка", null=True, blank=True)  # as spreadsheet programs count
    column = models.CharField("столбец", max_length=200, blank=True)
    value = models.CharField("значение", max_length=200, blank=True)
    reason = models.CharField("причина", max_length=500)
    search = models.TextField(editable=False, blank=True, default="")  # folded

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "отложенная строка"
        verbose_name_plural = "отложенные строки"

    def __str__(self) -> str:
        return f"строка {self.row}: {self.reason}"


class MatchState(models.TextChoices):
    FOUND = "found", "найдена"
    PROPOSED = "proposed", "предложена"  # waits for a person's word
    ACCEPTED = "accepted", "подтверждена"
    MISSING = "missing", "не найдена"
    IGNORED = "ignored", "не загружать"


class SchoolMatchQuerySet(models.QuerySet["SchoolMatch"]):
    def visible(self, user: Actor) -> SchoolMatchQuerySet:
        """Those of the loadings that the person may see."""
        return self.filter(user.scope(Permission.RESULTS_EDIT).q("loading__territory__path"))

    def open(self) -> SchoolMatchQuerySet:
        """Those that wait for a person's word."""
        return self.filter(state__in=[MatchState.PROPOSED, MatchState.MISSING])


class SchoolMatch(PublicModel):
    """What the files call a school, and the school of the registry that it is."""

    loading = models.ForeignKey(Loading, on_delete=models.CASCADE, related_name="matches", verbose_name="загрузка")
    key = models.CharField(max_length=400)  # `school_id` of the rows as they were read
    said = models.CharField("как в файле", max_length=300)  # the code, or the name where there is none
    name = models.CharField("название в файле", max_length=500, blank=True)
    municipality = models.CharField("муниципалитет в файле", max_length=300, blank=True)
    rows = models.PositiveIntegerField("строк", default=0)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="школа"
    )
    how = models.CharField("как найдена", max_length=200, blank=True)
    state = models.CharField("состояние", max_length=10, choices=MatchState, default=MatchState.MISSING)
    search = models.TextField(editable=False, blank=True, default="")  # folded

    objects = SchoolMatchQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "школа загрузки"
        verbose_name_plural = "школы загрузки"
        constraints = [
            state_in(MatchState.values, name="schoolmatch_state"),
            set_when("organisation", [MatchState.FOUND, MatchState.PROPOSED, MatchState.ACCEPTED], name="match_school"),
            models.UniqueConstraint(fields=["loading", "key"], name="schoolmatch_once"),
        ]

    def __str__(self) -> str:
        return self.name or self.said


class MappingMemoryQuerySet(models.QuerySet["MappingMemory"]):
    def visible(self, user: Actor) -> MappingMemoryQuerySet:
        """Those of the territories where the person loads results."""
        return self.filter(user.scope(Permission.RESULTS_EDIT).q("territory__path"))


class MappingMemory(models.Model):
    """How a person read columns with these headers: the next file like it is read so without asking."""

    territory = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", verbose_name="территория")
    signature = models.CharField(max_length=64)
    mapping = models.JSONField("соответствие столбцов", default=dict)
    remembered_at = models.DateTimeField("запомнено", auto_now=True)

    objects = MappingMemoryQuerySet.as_manager()

    class Meta:
        verbose_name = "запомненное соответствие столбцов"
        verbose_name_plural = "запомненные соответствия столбцов"
        constraints = [models.UniqueConstraint(fields=["territory", "signature"], name="mappingmemory_once")]

    def __str__(self) -> str:
        return self.signature[:8]

    @classmethod
    def of(cls, territory: Organisation, signature: str) -> dict[str, Any]:
        """The mapping remembered for such headers; empty where there is none."""
        found = cls.objects.filter(territory=territory, signature=signature).first()
        return dict(found.mapping) if found else {}
