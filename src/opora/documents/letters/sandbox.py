"""The language of templates, cut down to fields, conditions and loops: a template is a foreign text that runs here."""

from __future__ import annotations

from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

FILTERS = ("upper", "lower", "capitalize", "default", "length", "trim")
TESTS = ("defined", "undefined")
LOOP = frozenset({"index", "index0", "first", "last", "length"})
LARGEST = 3 * 1024 * 1024  # characters of one part with its tags
MOST_TAGS = 3000

_ALLOWED: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const),
    *(nodes.If, nodes.For, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
    *(nodes.Filter, nodes.Test),
)


class Sandbox(ImmutableSandboxedEnvironment):
    """Nothing can be called, no attribute of an object is reached: a name after a dot is a key of a dictionary."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.tests = {name: self.tests[name] for name in TESTS}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Only what `_ALLOWED` names, and no loop in a loop, is compiled at all."""
        if len(source) > LARGEST:
            raise TemplateSyntaxError("шаблон слишком велик", 1)
        tree = super()._parse(source, name, filename)
        _check(tree, inside=False)
        if sum(1 for _ in tree.find_all(nodes.Output)) > MOST_TAGS:
            raise TemplateSyntaxError("в шаблоне слишком много полей", 1)
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self._field(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return self._field(obj, argument)

    def _field(self, obj: Any, name: Any) -> Any:
        if isinstance(obj, dict) and isinstance(name, str) and name in obj:
            return obj[name]
        if isinstance(obj, LoopContext) and name in LOOP:
            return getattr(obj, name)
        return self.undefined(obj=obj, name=str(name))

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return False

    def is_safe_callable(self, obj: Any) -> bool:
        return False


def _check(node: nodes.Node, *, inside: bool) -> None:
    if not isinstance(node, _ALLOWED):
        raise TemplateSyntaxError("в шаблоне можно только поля, условия и циклы", node.lineno)
    if isinstance(node, nodes.For):
        if inside:
            raise TemplateSyntaxError("цикл внутри цикла не допускается", node.lineno)
        if node.recursive or not isinstance(node.target, nodes.Name):
            raise TemplateSyntaxError("цикл пишется так: for row in rows", node.lineno)
        inside = True
    for child in node.iter_child_nodes():
        _check(child, inside=inside)
