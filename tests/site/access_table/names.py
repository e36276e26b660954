"""Names that must not be learnt, and who may; each stands in the world with the number of its region."""

from __future__ import annotations

from tests.site.access_table.documents import LETTER_READ
from tests.site.access_table.others import INVITE
from tests.site.rules import ABOVE, LISTED, MEMBERS, SCHOOL

NAMES = {
    "Омега": "rc",  # a confidential document and its road map
    "Сигма": "rc",  # the title of a document in review
    "Файл-сигма": "rc",
    "Дельта": ABOVE,  # a document of the first municipality in review
    "Каппа": ABOVE,  # its road map, not sent yet
    "Лямбда": LISTED,  # the report on the work of a listed school
    "Файл-лямбда": LISTED,
    "Ро": LISTED,  # the text of that work, where it is an assignment: the road map itself is open
    "Мю": LISTED,  # a comment on it
    "Зета": LISTED,  # why more time was asked for
    "Эпсилон": f"{LISTED} ob",  # a comment on its other work
    "Ню": f"{LISTED} ob",  # the report on its other work
    "Файл-ню": f"{LISTED} ob",
    "Кси": ABOVE,  # the draft of a report of the municipality
    "Файл-кси": ABOVE,
    "Телефонова": f"{ABOVE} {SCHOOL}",  # a teacher
    "111-22-3": f"{ABOVE} {SCHOOL}",  # her telephone
    "Тау": LISTED,  # the list
    "Фи": LISTED,  # the note on the school in it
    "Ипсилон": "rc",  # a list in work
    "Хи": ABOVE,  # a working group of the municipality
    "Форма-а": f"{LISTED} ob",  # a form that the first school fills in
    "Форма-б": LISTED,  # one that it fills in because it is listed
    "Омикрон": "rc",  # a form, its section and its field
    "Лекция-а": MEMBERS,  # an event of the region, its file, who comes
    "Лекция-б": LISTED,  # one for listed schools
    "Тэта": "rc rs ss",  # an instrument and a diagnosis, given to a teacher of the first school
    "Помощь-тэта": "rc rs mc* me* sh* ss* cu* ob ad",  # of the catalogue, open to the region
    "План-тэта": "ss sh",  # what the teacher has planned, with his consent
    "Ключ-тэта": "rc rs",  # what is right in it
    "Подмер": "rc mc sh ss",  # a study of the schools of the list
    "Замер": "rc rs mc me sh ss",  # a study of the first school by itself
    "Эта": "rc",  # a file that the coordinator is loading
    "Бета": "rc",  # his work in the background
    "Пси": "ad sh",  # the login of the head, who sees it himself
    "Дзета": INVITE,  # who is invited
    "Гамма": "rc",  # a loading of results, its file, a school and a row of it, who made a scale
    "Мечта": LISTED,  # a goal of its programme
    "Скан": LISTED,  # the document of a step of its case
    "Помеха": LISTED,  # what a listed school says of a risk
    "Вывод": "rc",  # what a run says of schools, and drafts of lists made from it
    "Сходство": f"{ABOVE} {SCHOOL}",  # why the first school is in its cluster
    "Возражение": f"{ABOVE} {SCHOOL}",  # a school's objection to its list, its leaving one
    "Лоцман": f"{LISTED} rs",  # a mentor of the institute
    "Дуэт": f"{LISTED} rs",  # what his pair with the first school plans
    "Десант": f"{LISTED} rs",  # what a visit of the same mentor advised
    "Чета": "rc",  # why a proposal chose him
    "Резервист": ABOVE,  # a candidate of the first school
    "Отметка-резерва": ABOVE,  # the document by which he was sent to the same school
    "Награда": "rc",  # for what its pair was rewarded
    "Йота": "rc",  # a notice of the coordinator
    "Письмо-а": "rc",  # a letter not registered yet
    "Письмо-б": f"rc {LETTER_READ}",  # to the first municipality
    "Письмо-в": f"{ABOVE} sh ss",  # to the listed school, because it is listed
    "Шаблон": "rc",  # the file by which the authority writes
    "Проект-а": ABOVE,  # a draft that waits for the municipality's visa
    "Проект-б": "rc",  # one that nobody was asked about
    "Проект-в": "rc",  # a secret one
}
VIEWS = ("roadmaps:timeline", "roadmaps:roadmap_calendar", "roadmaps:matrix")  # the same text as on the road map's page
OPEN_TEXT = {  # where a name may stand all the same
    "Ро": {"roadmaps:roadmap", "roadmaps:export", "roadmaps:sending", *VIEWS},
    "Дзета": {"access:accept"},  # who has the code is greeted by name
}
