"""What a mistake is called, in words for whoever edits the file.

Values of the file are never repeated from here: one of them may be a camera URL with a password.
"""

import difflib
import math
from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}
_KINDS = {
    "string_type": "text; put quotes round it",
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "mapping_type": "keys with values",
    "invalid_key": "text as the key; put quotes round it",
}
_NAMES: tuple[tuple[type, str], ...] = (
    (int, "a number"),
    (float, "a number"),
    (str, "text"),
    (list, "a list"),
    (dict, "keys with values"),
)


def problem_of(details: ErrorDetails, model: type[BaseModel], path: tuple[str | int, ...]) -> str:
    """What is wrong and what was expected.

    Args:
        details: One error of pydantic.
        model: The model of the whole document.
        path: Where the mistake stands in the document.
    """
    kind, context = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        return f"unknown key; {suggestion(str(path[-1]), keys_at(model, path[:-1]))}"
    if kind == "missing":
        return "this key is missing"
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return f"expected {words} {context[name]:g}, got {details['input']}"
    if kind in _KINDS:
        return f"expected {_KINDS[kind]}, got {_name_of(details['input'])}"
    if kind == "union_tag_not_found":
        return f"the key {context['discriminator']} is missing"
    if kind == "union_tag_invalid":
        return f"unknown {context['discriminator']}; expected {context['expected_tags']}"
    if kind == "literal_error":
        return f"expected {context['expected']}"
    if kind == "too_long":
        return f"expected at most {context['max_length']} values, got {context['actual_length']}"
    message = details["msg"].removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def suggestion(name: str, known: Iterable[str]) -> str:
    """``did you mean 'cameras'?``, or all that there is where nothing is near."""
    names = list(known)
    near = difflib.get_close_matches(name, names, 1)
    return f"did you mean '{near[0]}'?" if near else f"expected: {', '.join(names)}"


def _name_of(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        return str(value).lower()
    return next((name for kind, name in _NAMES if isinstance(value, kind)), "something else")


def keys_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand at ``path`` of a document of that model; empty where any may."""
    here: Any = model
    for part in path:
        here = _step(_bare(here), part)
    kinds = get_args(_plain(here)) or (here,)
    models = [kind for kind in kinds if _is_model(kind)]
    return list(dict.fromkeys(key for model in models for key in _keys(model)))


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _plain(kind: Any) -> Any:
    """The annotation without what ``Annotated`` adds."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _bare(kind: Any) -> Any:
    """The annotation without ``| None``."""
    if get_origin(kind) in (Union, UnionType):
        return next(arg for arg in get_args(kind) if arg is not type(None))
    return kind


def _step(kind: Any, part: str | int) -> Any:
    """The annotation of one part of a value of this kind."""
    if _is_model(kind):
        fields = kind.model_fields
        names = {field.alias or name: field.annotation for name, field in fields.items()}
        return names.get(str(part))
    arguments = get_args(kind)
    if not arguments:
        return None
    is_mapping = isinstance(get_origin(kind), type) and issubclass(get_origin(kind), Mapping)
    return arguments[1] if is_mapping else arguments[0]
