"""A rule by its id, or a region's own from a file: Python or YAML, checked before it is used."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import sys
from pathlib import Path

from opora.identification.errors import Unfit
from opora.identification.rules import known, rule
from opora.identification.rules.base import LONGEST, Parameter, Rule

ENDINGS = (".py", ".yaml", ".yml")


def found(said: str) -> Rule:
    """The rule with this id, or the one in this file."""
    if said in known():
        return rule(said)
    path = Path(said)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise Unfit(f"правила «{said}» нет.", f"Есть: {', '.join(known())}; своё – файл .py или .yaml.")
    if not path.is_file():
        raise Unfit("файла с правилом нет.", "Проверьте имя и папку.", where=said)
    if ending == ".py":
        return checked(_python(path), said)
    from opora.identification.rules.declaring import declared

    return checked(declared(path), said)


def _python(path: Path) -> Rule:
    """The one subclass of `Rule` that the file defines. The file is a program: only one's own is run."""
    name = f"opora_rule_{re.sub(r'[^0-9a-zA-Z]', '_', path.stem)}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise Unfit("файл не читается как Python.", where=str(path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise Unfit(f"ошибка в строке {error.lineno}: {error.msg}.", where=str(path)) from error
    except Exception as error:
        raise Unfit(f"файл не выполнился: {type(error).__name__}: {error}.", where=str(path)) from error
    own = [
        one for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Rule) and one.__module__ == name
    ]  # fmt: skip
    if len(own) != 1:
        raise Unfit(f"в файле правил: {len(own)}, а нужно одно – подкласс Rule.", where=str(path))
    try:
        made = own[0]()
    except Exception as error:
        raise Unfit(f"правило не создаётся: {type(error).__name__}: {error}.", where=str(path)) from error
    made.code = hashlib.sha256(path.read_bytes()).hexdigest()
    return made


def checked(rule: Rule, where: str) -> Rule:
    """The rule, if it has what a rule needs; told what it lacks otherwise."""
    lacking = [name for name in ("id", "version", "title", "source") if not isinstance(getattr(rule, name, None), str)]
    if lacking:
        raise Unfit(f"у правила нет {', '.join(lacking)} (нужны тексты).", where=where)
    for name, most in LONGEST.items():
        if len(getattr(rule, name)) > most:
            raise Unfit(f"поле {name} длиннее {most} знаков.", "Сократите его.", where=where)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,60}", rule.id):
        raise Unfit(f"код правила «{rule.id}»: нужны строчные латинские буквы, цифры и дефис.", where=where)
    if rule.id in known():
        raise Unfit(f"код «{rule.id}» занят правилом Опоры.", "Дайте своему другой.", where=where)
    for name in ("measure", "judge"):
        if getattr(type(rule), name) is getattr(Rule, name):
            raise Unfit(f"у правила нет метода {name}.", where=where)
    for one in rule.parameters:
        if not isinstance(one, Parameter):
            raise Unfit("parameters должны быть объектами Parameter.", where=where)
        one.read(one.default)
    return rule
