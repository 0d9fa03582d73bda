"""Showing a site file without its secrets, and taking it back without having shown them."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, SecretStr

from vision.config.site import SiteConfig
from vision.config.yaml import Path_

MASK = "********"
"""Stands for a secret that the file spells out; sent back it means: as it is."""

_REFERENCE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")


def secret_places(value: Any, place: Path_ = ()) -> Iterator[Path_]:
    """Where secrets stand in a validated site."""
    if isinstance(value, SecretStr):
        yield place
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from secret_places(getattr(value, name), (*place, field.alias or name))
    elif isinstance(value, tuple | list):
        for number, item in enumerate(value):
            yield from secret_places(item, (*place, number))


def recordable(site: SiteConfig) -> dict[str, Any]:
    """The whole site as it may be recorded for good: without the addresses of cameras."""
    return site.model_dump(
        mode="json",
        exclude={"cameras": {"__all__": {"url", "sub_url"}}},
        by_alias=True,
        exclude_none=True,
    )


def masked(document: Any, site: SiteConfig) -> Any:
    """The document with :data:`MASK` for every secret; a sole ``${NAME}`` is none and stays.

    Args:
        document: As the file has it.
        site: The same, validated.
    """
    return _masked(document, (), frozenset(secret_places(site)))


def _masked(value: Any, place: Path_, secrets: frozenset[Path_]) -> Any:
    if isinstance(value, dict):
        return {key: _masked(one, (*place, key), secrets) for key, one in value.items()}
    if isinstance(value, list):
        return [_masked(one, (*place, number), secrets) for number, one in enumerate(value)]
    if place in secrets and not _REFERENCE.fullmatch(str(value)):
        return MASK
    return value


def unmasked(document: Any, before: Any) -> Any:
    """The document with what ``before`` has wherever it says :data:`MASK`.

    Things in lists are found by their id, else by their number. What names another host keeps
    nothing: a password must not follow to where somebody points it. See :func:`still_masked`.
    """
    if document == MASK:
        return before if isinstance(before, str) else document
    if isinstance(document, dict):
        stays = isinstance(before, dict) and document.get("host") == before.get("host")
        old = before if stays else {}
        return {key: unmasked(value, old.get(key)) for key, value in document.items()}
    if isinstance(document, list):
        return [unmasked(item, _counterpart(item, n, before)) for n, item in enumerate(document)]
    return document


def _counterpart(item: Any, number: int, before: Any) -> Any:
    if not isinstance(before, list):
        return None
    if isinstance(item, dict) and "id" in item:
        named = (one for one in before if isinstance(one, dict) and one.get("id") == item["id"])
        return next(named, None)
    return before[number] if number < len(before) else None


def still_masked(document: Any, place: Path_ = ()) -> Iterator[Path_]:
    """Where a document says :data:`MASK`, which :func:`unmasked` found nothing for."""
    if document == MASK:
        yield place
    elif isinstance(document, dict):
        for key, value in document.items():
            yield from still_masked(value, (*place, key))
    elif isinstance(document, list):
        for number, item in enumerate(document):
            yield from still_masked(item, (*place, number))
