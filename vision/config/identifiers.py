"""Ids of cameras, windows, groups and sites."""

import re
from typing import Annotated

from pydantic import AfterValidator

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def check_identifier(text: str) -> str:
    """Accept an id that can stand in a URL and a file name, or raise ValueError."""
    if not _IDENTIFIER.fullmatch(text):
        raise ValueError(
            "expected an id of 1 to 64 letters A-Z, digits, '.', '_' and '-', which begins with a "
            f"letter or digit, got '{text[:80]}'"
        )
    return text


Identifier = Annotated[str, AfterValidator(check_identifier)]
