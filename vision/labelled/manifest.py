"""The training manifest: sources, their licences and weights, the split and the recipe."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vision.errors import ConfigError, Mistake
from vision.labelled.pictures import Picture, load_source, read_image
from vision.labelled.split import by_scene, hashes, near_duplicates, split
from vision.types import CLASSES


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceEntry(_Strict):
    """One folder of pictures."""

    weight: float = Field(1.0, ge=0, description="How often a picture is drawn")
    favour: dict[str, float] = Field(
        default_factory=dict, description="Factor on the weight of pictures that show a class"
    )
    validation: float | None = Field(None, ge=0, le=1, description="Share kept for validation")
    licence: str = Field(description="As its publisher states it")
    scenes: bool = Field(False, description="Names end in -SHOT; a scene stays on one side")


class SplitEntry(_Strict):
    """What is never trained on."""

    validation: float = Field(0.1, ge=0, le=1)
    held_back: tuple[str, ...] = ()


class RecipeEntry(_Strict):
    """The numbers of :class:`vision.training.train.Recipe`; ``start`` is a file name."""

    start: str
    steps: int = Field(gt=0)
    batch: int = Field(16, gt=0)
    input_px: int = Field(416, multiple_of=32)
    rate: float = Field(5e-4, gt=0)
    last_rate: float = Field(0.03, gt=0, le=1, description="Share of the rate left at the end")
    frozen_layers: int = Field(4, ge=0)
    backbone_rate: float = Field(1.0, ge=0, description="Share of the rate before the neck")
    seed: int = 0
    keep_start: float = Field(0.0, ge=0, le=1)
    domain: dict[str, float] = Field(default_factory=dict)


class TeacherEntry(_Strict):
    """A network that completes labels; see :mod:`vision.training.complete`."""

    checkpoint: str
    classes: dict[str, int] = Field(description="Class of the product to class of the teacher")
    accept: float = Field(ge=0, le=1)
    doubt: float = Field(ge=0, le=1)
    settles: bool
    input_px: int = Field(512, multiple_of=32)


class Manifest(_Strict):
    """The whole file."""

    recipe: RecipeEntry
    teachers: tuple[TeacherEntry, ...] = ()
    split: SplitEntry
    sources: dict[str, SourceEntry]


@dataclass(frozen=True, slots=True)
class Material:
    """Pictures by what they may be used for."""

    train: list[Picture]
    validation: list[Picture]
    held_back: list[Picture]


def read_manifest(path: Path) -> Manifest:
    """Read and check a manifest.

    Raises:
        ConfigError: With every mistake in it.
    """
    try:
        return Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([Mistake(path, None, "", f"is not TOML: {error}")]) from error
    except ValidationError as error:
        raise ConfigError([_mistake(path, item) for item in error.errors()]) from error


def _mistake(path: Path, item: Any) -> Mistake:
    return Mistake(path, None, ".".join(map(str, item["loc"])), str(item["msg"]))


def gather(manifest: Manifest, data: Path) -> Material:
    """Load every source under ``data`` and split it.

    Look-alikes of a held-back picture are left out of training and validation.

    Raises:
        ConfigError: If a source is missing or damaged.
    """
    pictures = [
        picture for name in sorted(manifest.sources) for picture in load_source(data / name)
    ]
    groups = near_duplicates([hashes(read_image(picture.path)) for picture in pictures])
    rendered = {name for name, entry in manifest.sources.items() if entry.scenes}
    groups = by_scene(pictures, groups, rendered)
    held = set(manifest.split.held_back)
    tainted = {g for p, g in zip(pictures, groups, strict=True) if p.source in held}
    free = [(p, g) for p, g in zip(pictures, groups, strict=True) if g not in tainted]
    share = {
        name: entry.validation
        for name, entry in manifest.sources.items()
        if entry.validation is not None
    }
    train, validation = split(
        [p for p, _ in free], [g for _, g in free], share, manifest.split.validation
    )
    return Material(train, validation, [p for p in pictures if p.source in held])


def weights(manifest: Manifest, pictures: Sequence[Picture]) -> list[float]:
    """How often each picture is to be drawn."""
    return [_weight(manifest.sources[picture.source], picture) for picture in pictures]


def _weight(entry: SourceEntry, picture: Picture) -> float:
    shown = {CLASSES[int(label)] for label in picture.boxes[:, 0]}
    return entry.weight * max([1.0, *(entry.favour.get(name, 1.0) for name in shown)])
