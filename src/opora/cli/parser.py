"""The arguments of every command, with help and errors in Russian."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import NoReturn

from opora.cli import handlers


class _Parser(argparse.ArgumentParser):
    """Help and errors in Russian."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs["add_help"] = False
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._positionals.title, self._optionals.title = "что указать", "ключи"
        self.add_argument("-h", "--help", action="help", help="эта подсказка")

    def format_help(self) -> str:
        return super().format_help().replace("usage:", "вызов:", 1)

    def error(self, message: str) -> NoReturn:
        said = message
        for english, russian in (
            ("the following arguments are required", "не указано"),
            ("unrecognized arguments", "непонятно"),
            ("expected one argument", "нужно значение"),
            ("expected at least one argument", "нужно хотя бы одно значение"),
            ("invalid choice", "нет такого значения"),
            ("invalid int value", "нужно число, а не"),
            ("choose from", "возможны"),
            ("argument ", ""),
        ):
            said = said.replace(english, russian)
        self.exit(2, f"{said}.\nПодсказка: {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="opora", description="Опора: система работы со школами с низкими образовательными результатами."
    )
    commands = parser.add_subparsers(title="команды", metavar="КОМАНДА", required=True, parser_class=_Parser)

    demo = commands.add_parser("demo", help="построить учебный регион и открыть его в браузере")
    demo.add_argument("--schools", type=int, default=320, metavar="N", help="сколько школ (320)")
    demo.add_argument("--assignments", type=int, default=0, metavar="N", help="не менее стольких поручений, с архивом")
    demo.add_argument("--seed", type=int, default=1, metavar="N", help="одно число — один и тот же регион (1)")
    demo.add_argument("--no-serve", action="store_true", help="только построить")
    demo.add_argument("--port", type=int, default=8000, metavar="P", help="порт (8000)")
    demo.set_defaults(handler=handlers.demo)

    serve = commands.add_parser("serve", help="запустить сервер и фоновую обработку")
    serve.add_argument("--host", default="127.0.0.1", metavar="H", help="адрес (127.0.0.1)")
    serve.add_argument("--port", type=int, default=8000, metavar="P", help="порт (8000)")
    serve.add_argument("--workers", type=int, default=2, metavar="N", help="процессов веб-сервера (2)")
    serve.add_argument(
        "--part", default="all", choices=("all", "web", "work"), help="всё, только веб-сервер или только обработчики"
    )
    serve.set_defaults(handler=handlers.serve)

    parse = commands.add_parser("parse", help="прочитать официальные документы")
    parse.add_argument("files", nargs="+", metavar="ФАЙЛ", help="docx, pdf, xlsx или txt")
    parse.add_argument("--json", action="store_true", help="по объекту JSON на файл")
    parse.set_defaults(handler=handlers.parse)

    deadline = commands.add_parser("deadline", help="прочитать срок")
    deadline.add_argument("text", metavar="ТЕКСТ", help="например: «до 30 апреля»")
    deadline.add_argument("--issued", metavar="ДАТА", help="дата документа, 2026-08-20")
    deadline.add_argument("--json", action="store_true", help="объект JSON")
    deadline.set_defaults(handler=handlers.deadline)

    _identification(commands)

    document = commands.add_parser("import", help="загрузить официальный документ")
    document.add_argument("file", type=Path, metavar="ФАЙЛ")
    document.add_argument("--organisation", required=True, metavar="НАЗВАНИЕ", help="за кем документ регистрируется")
    document.add_argument("--dry-run", action="store_true", help="только проверить")
    _by(document)
    document.set_defaults(handler=handlers.import_document)

    _operations(commands)
    _registry(commands)
    _roadmap(commands)
    _user(commands)
    _journal(commands)

    trace = commands.add_parser("trace", help="узнать, кем взята копия: по файлу, фотографии или метке")
    trace.add_argument("files", nargs="*", type=Path, metavar="ФАЙЛ", help="docx, xlsx, pdf, csv, txt, PNG или JPEG")
    trace.add_argument("--code", action="append", default=[], metavar="КП-…", help="метка с копии")
    _by(trace)
    trace.set_defaults(handler=handlers.trace)
    return parser


def _identification(commands: argparse._SubParsersAction[_Parser]) -> None:
    identify = commands.add_parser("identify", help="по результатам процедур найти школы с низкими результатами")
    identify.add_argument("results", nargs="+", metavar="РЕЗУЛЬТАТЫ", help="parquet, csv или xlsx, можно несколько")
    identify.add_argument(
        "--schools", required=True, nargs="+", metavar="ШКОЛЫ", help="список школ: parquet, csv или xlsx"
    )
    identify.add_argument("--rule", required=True, metavar="ПРАВИЛО", help="код из opora rules или файл .py, .yaml")
    identify.add_argument("--year", required=True, type=int, metavar="ГОД", help="календарный год, за который список")
    identify.add_argument(
        "--param", action="append", default=[], metavar="ИМЯ=ЗНАЧЕНИЕ", help="параметр правила, можно несколько раз"
    )
    identify.add_argument("--engine", default="duckdb", choices=("duckdb", "spark"), help="чем считать (duckdb)")
    identify.add_argument("--master", metavar="АДРЕС", help="кластер Spark, например spark://host:7077")
    identify.add_argument("--out", required=True, type=Path, metavar="ФАЙЛ", help="parquet, csv, xlsx или json")
    identify.add_argument("--rejected", type=Path, metavar="ФАЙЛ", help="куда записать отложенные строки с причинами")
    identify.add_argument("--provenance", type=Path, metavar="ФАЙЛ", help="куда записать, как получено (json)")
    identify.set_defaults(handler=handlers.identify)
    rules = commands.add_parser("rules", help="правила Опоры и свои: параметры, единицы, источники; проверка своего")
    rules.add_argument("--json", action="store_true", help="массив объектов JSON")
    rules.add_argument("--check", metavar="ФАЙЛ", help="проверить правило .py или .yaml: все ошибки по строкам и проба")
    rules.add_argument("--by", metavar="ЛОГИН", help="показать и правила региона, загруженные в приложении")
    rules.set_defaults(handler=handlers.rules)


def _operations(commands: argparse._SubParsersAction[_Parser]) -> None:
    backup = commands.add_parser("backup", help="сделать резервную копию базы данных и файлов")
    backup.add_argument("file", nargs="?", type=Path, metavar="ФАЙЛ", help="куда записать")
    backup.add_argument(
        "--for", dest="keys", action="append", default=[], metavar="КЛЮЧ", help="зашифровать для открытого ключа age1…"
    )
    backup.add_argument("--new-key", type=Path, metavar="ФАЙЛ", help="сделать пару ключей и записать секретный")
    backup.set_defaults(handler=handlers.backup)
    restore = commands.add_parser("restore", help="восстановить из резервной копии в пустую базу данных")
    restore.add_argument("file", type=Path, metavar="ФАЙЛ")
    restore.add_argument("--key", type=Path, metavar="ФАЙЛ", help="секретный ключ зашифрованной копии")
    restore.set_defaults(handler=handlers.restore)
    doctor = commands.add_parser("doctor", help="проверить настройки, диск, базу данных, обработчики, журнал и файлы")
    doctor.set_defaults(handler=handlers.doctor)


def _registry(commands: argparse._SubParsersAction[_Parser]) -> None:
    registry = commands.add_parser("registry", help="загрузить или выгрузить организации и людей")
    what = registry.add_subparsers(title="действия", metavar="ДЕЙСТВИЕ", required=True, parser_class=_Parser)
    for name, words in (("import", "загрузить из файла"), ("export", "выгрузить в файл")):
        command = what.add_parser(name, help=words)
        command.add_argument("file", type=Path, metavar="ФАЙЛ", help="xlsx или csv")
        command.add_argument("--dry-run", action="store_true", help="только проверить")
        _by(command)
        command.set_defaults(handler=handlers.registry_import if name == "import" else handlers.registry_export)


def _roadmap(commands: argparse._SubParsersAction[_Parser]) -> None:
    roadmap = commands.add_parser("roadmap", help="дорожные карты")
    what = roadmap.add_subparsers(title="действия", metavar="ДЕЙСТВИЕ", required=True, parser_class=_Parser)
    listed = what.add_parser("list", help="перечислить")
    listed.set_defaults(handler=handlers.roadmap_list)
    show = what.add_parser("show", help="показать одну")
    show.add_argument("id", metavar="ID")
    show.set_defaults(handler=handlers.roadmap_show)
    export = what.add_parser("export", help="напечатать с отметкой о выполнении")
    export.add_argument("id", metavar="ID")
    export.add_argument("--to", required=True, choices=("docx", "xlsx", "pdf"), help="вид файла")
    export.add_argument("--out", required=True, type=Path, metavar="ФАЙЛ", help="куда записать")
    export.set_defaults(handler=handlers.roadmap_export)
    for command in (listed, show, export):
        _by(command)


def _user(commands: argparse._SubParsersAction[_Parser]) -> None:
    user = commands.add_parser("user", help="учётные записи")
    what = user.add_subparsers(title="действия", metavar="ДЕЙСТВИЕ", required=True, parser_class=_Parser)
    add = what.add_parser("add", help="добавить")
    add.add_argument("login", metavar="ЛОГИН")
    add.add_argument("--email", default="", metavar="АДРЕС")
    add.add_argument("--name", default="", metavar="ФИО")
    add.add_argument("--organisation", required=True, metavar="НАЗВАНИЕ")
    add.add_argument("--role", required=True, metavar="РОЛЬ", help="например «муниципальный координатор»")
    add.set_defaults(handler=handlers.user_add)
    disable = what.add_parser("disable", help="закрыть вход")
    disable.add_argument("login", metavar="ЛОГИН")
    disable.set_defaults(handler=handlers.user_disable)
    listed = what.add_parser("list", help="перечислить")
    listed.set_defaults(handler=handlers.user_list)
    for command in (add, disable, listed):
        _by(command)


def _journal(commands: argparse._SubParsersAction[_Parser]) -> None:
    journal = commands.add_parser("journal", help="журнал действий")
    what = journal.add_subparsers(title="действия", metavar="ДЕЙСТВИЕ", required=True, parser_class=_Parser)
    verify = what.add_parser("verify", help="проверить, что в журнале ничего не изменено")
    verify.add_argument("--head", metavar="ЧИСЛО:ПЕЧАТЬ", help="конец журнала из резервной копии")
    verify.set_defaults(handler=handlers.journal_verify)
    show = what.add_parser("show", help="последние записи")
    show.add_argument("--count", type=int, default=20, metavar="N", help="сколько (20)")
    _by(show)
    show.set_defaults(handler=handlers.journal_show)


def _by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--by", metavar="ЛОГИН", default=os.environ.get("OPORA_USER"), help="от чьего имени (OPORA_USER)"
    )
