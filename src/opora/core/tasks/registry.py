"""The functions that may run in the background, by their dotted names."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., None])

_queues: dict[str, str] = {}
_functions: dict[str, Callable[..., None]] = {}


def task(queue: str = "default") -> Callable[[F], F]:
    """Register a function of a module for background work in `queue` («default», or «bulk» for what takes long)."""

    def register(function: F) -> F:
        name = name_of(function)
        _functions[name], _queues[name] = function, queue
        return function

    return register


def name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def queue_of(name: str) -> str:
    """The queue of a registered function; LookupError for any other."""
    return _queues[name]


def function_of(name: str) -> Callable[..., None]:
    """The registered function of that name, its module imported where needed; LookupError for any other."""
    if name not in _functions:
        import_module(name.rpartition(".")[0])
    return _functions[name]
