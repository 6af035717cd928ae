"""Reads settings: a TOML file, overridden by environment variables."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from msgspec import Struct, structs

from sync.data_dir import read_path
from sync.errors import UserError
from sync.validation import explain

PREFIX = "HEARTH"
T = TypeVar("T", bound=Struct)


def load(file: Path | None, shape: type[T], environment: Mapping[str, str] = os.environ) -> T:
    """The settings of a file (None: the defaults) and of the environment. Raises UserError, which repeats no value.

    The variable of a key is ``HEARTH_KEY``, of one in a section ``HEARTH_SECTION_KEY``; a list has commas in it.
    """
    settings = _read(file, shape) if file else shape()
    for name, path, kind in variables(shape):
        if name in environment:
            settings = _replace(settings, path, _convert(name, environment[name], kind))
    return settings


def variables(shape: type[Struct], prefix: str = PREFIX) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    """Each environment variable: its name, the path of its key, and the key's type."""
    for field in structs.fields(shape):
        name = f"{prefix}_{field.name.upper()}"
        if isinstance(field.type, type) and issubclass(field.type, Struct):
            for inner, path, kind in variables(field.type, name):
                yield inner, (field.name, *path), kind
        elif not _has_tables(field.type):
            yield name, (field.name,), field.type


def _has_tables(kind: Any) -> bool:  # noqa: ANN401 - any annotation
    """Whether a value of this type is a list of TOML tables, which a variable can't hold."""
    if isinstance(kind, type) and not get_args(kind):
        return issubclass(kind, Struct)
    return any(_has_tables(part) for part in get_args(kind))


def _read(file: Path, shape: type[T]) -> T:
    try:
        return msgspec.toml.decode(read_path(str(file), "--config").read_bytes(), type=shape)
    except OSError as error:
        raise UserError(f"{file} can't be read ({error.strerror}): check --config") from error
    except msgspec.ValidationError as error:
        raise UserError(f"{file}: {explain(error, shape)}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{file}: not TOML: {error}") from error


def _convert(name: str, text: str, kind: Any) -> object:  # noqa: ANN401 - any annotation
    value = [item.strip() for item in text.split(",") if item.strip()] if get_origin(kind) is tuple else text
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        wrong = explain(error, kind).replace("the document", name, 1)
        raise UserError(wrong if name in wrong else f"{name}: {wrong}") from None  # the value may be a password


def _replace(settings: T, path: tuple[str, ...], value: object) -> T:
    name, *rest = path
    return structs.replace(settings, **{name: _replace(getattr(settings, name), tuple(rest), value) if rest else value})
