"""Explains msgspec's validation errors to the person who wrote the value."""

import re
from collections.abc import Sequence
from functools import cache

import msgspec
from msgspec import inspect

_message = re.compile(r"(?P<what>.*?)(?: - at `(?P<path>[^`]*)`)?", re.DOTALL)
_steps = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_quoted = re.compile(r"field `([^`]*)`")


def explain(error: msgspec.DecodeError, shape: type) -> str:
    """What is wrong with a document that was decoded as ``shape``: where, and what is expected there."""
    if not isinstance(error, msgspec.ValidationError):
        return str(error)
    match = _message.fullmatch(str(error))
    what, path = (match["what"], match["path"] or "$") if match else (str(error), "$")
    steps = [name or index for name, index in _steps.findall(path)]
    where, info = path.removeprefix("$").lstrip("."), _at(_type_of(shape), steps)
    field = _quoted.search(what)
    if field and "unknown" in what:
        return f"unknown key {_join(where, field[1])!r}{_listed(info)}"
    if field and "missing" in what:
        return f"{_join(where, field[1])} is missing"
    if "regex" in what:
        return f"{where} has a character that can't be there"
    if what.startswith(("Expected", "Invalid")) and info is not None:
        return f"{where or 'the document'} has to be {describe(info)}"
    return f"{where}: {what}" if where else what


@cache
def _type_of(shape: type) -> inspect.Type:
    return inspect.type_info(shape)


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _listed(info: inspect.Type | None) -> str:
    if not isinstance(info, inspect.StructType):
        return ""
    return f"; the keys are {', '.join(field.encode_name for field in info.fields)}"


def _at(info: inspect.Type, steps: Sequence[str]) -> inspect.Type | None:
    """The type at a path; None if there is none."""
    for step in steps:
        inside = _inside(_bare(info), step)
        if inside is None:
            return None
        info = inside
    return _bare(info)


def _inside(info: inspect.Type, step: str) -> inspect.Type | None:
    if isinstance(info, inspect.StructType):
        return next((field.type for field in info.fields if field.encode_name == step), None)
    if isinstance(info, inspect.DictType):
        return info.value_type
    if isinstance(info, inspect.VarTupleType | inspect.ListType):
        return info.item_type
    return None


def _bare(info: inspect.Type) -> inspect.Type:
    """The type without its metadata, and without None for an optional value."""
    while isinstance(info, inspect.Metadata):
        info = info.type
    if isinstance(info, inspect.UnionType):
        types = [type_ for type_ in map(_bare, info.types) if not isinstance(type_, inspect.NoneType)]
        return types[0] if len(types) == 1 else info
    return info


def describe(info: inspect.Type) -> str:
    """What is expected, as "a whole number from 0 to 999"."""
    if isinstance(info, inspect.IntType):
        return "a whole number" + _range(info.ge, info.le)
    if isinstance(info, inspect.FloatType):
        return "a number" + _range(info.ge, info.le)
    if isinstance(info, inspect.StrType):
        return "text" + _length(info.min_length, info.max_length, "letters")
    if isinstance(info, inspect.VarTupleType | inspect.ListType):
        return "a list" + _length(info.min_length, info.max_length, "items")
    if isinstance(info, inspect.LiteralType):
        return f"one of {', '.join(map(str, info.values))}"
    return _NAMES.get(type(info), "something else")


_NAMES: dict[type[inspect.Type], str] = {
    inspect.BoolType: "true or false",
    inspect.StructType: "a table of keys and values",
    inspect.DictType: "a table of keys and values",
    inspect.UUIDType: "an id (a UUID)",
}


def _range(least: float | None, most: float | None) -> str:
    if least is not None and most is not None:
        return f" from {least:g} to {most}"
    if least is not None:
        return f" of at least {least}"
    return f" of at most {most}" if most is not None else ""


def _length(least: int | None, most: int | None, of: str) -> str:
    if most is None:
        return f" of at least {least} {of}" if least else ""
    return f" of {least} to {most} {of}" if least else f" of at most {most} {of}"
