"""The texts of the dashboard in Chinese and in English."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from fastapi import Request

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
_FOLDER = Path(__file__).parent / "lang"


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Every text of a language by its key."""
    texts: dict[str, str] = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return texts


@dataclass(frozen=True, slots=True)
class Translator:
    """Texts of one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key; where there is none, the last part of the key, made readable."""
        text = catalogue(self.language).get(key)
        if text is None:
            return key.rpartition(".")[2].replace("_", " ")
        return text.format(**values) if values else text


def language_of(request: Request) -> Language:
    """The chosen language, else the first that the browser asks for and that there is."""
    chosen = request.cookies.get("deportment_lang")
    asked = [chosen or "", *request.headers.get("accept-language", "").lower().split(",")]
    for tag in asked:
        for language in LANGUAGES:
            if tag.strip().startswith(language):
                return language
    return "zh"
