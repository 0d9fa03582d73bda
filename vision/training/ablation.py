"""Training with a part of the recipe left out, or sources held back, to see what each is worth."""

from collections.abc import Collection, Sequence
from enum import StrEnum

from vision.errors import UsageError
from vision.labelled.manifest import Manifest
from vision.labelled.pictures import Picture, blind

PLAIN_DOMAIN = {
    "grey": 0.0,
    "tinted": 0.0,
    "dark": 0.0,
    "soft": 0.0,
    "coarse": 0.0,
    "compressed": 0.0,
    "sheet4": 0.75,
    "sheet9": 0.0,
    "closeup": 0.0,
    "smallest": 0.5,
}
"""What any trainer does: sheets of four, some scaling, brightness and hue."""


class Part(StrEnum):
    """A part of the recipe that can be left out."""

    PARTIAL_LABELS = "partial-labels"
    DOMAIN = "domain"
    SIMULATOR = "simulator"


def reduced(
    manifest: Manifest,
    without: Collection[Part] = (),
    hold_back: Collection[str] = (),
    steps: int | None = None,
) -> Manifest:
    """The manifest without some parts, with more sources held back, for fewer steps.

    Raises:
        UsageError: If a source to hold back is not in the manifest.
    """
    strange = sorted(set(hold_back) - set(manifest.sources))
    if strange:
        known = ", ".join(sorted(manifest.sources))
        raise UsageError(f"--hold-back: no source {', '.join(strange)}; expected some of {known}")
    recipe = manifest.recipe
    if Part.DOMAIN in without:
        recipe = recipe.model_copy(update={"domain": PLAIN_DOMAIN})
    if steps is not None:
        recipe = recipe.model_copy(update={"steps": steps})
    sources = manifest.sources
    if Part.SIMULATOR in without:
        sources = {name: entry for name, entry in sources.items() if not entry.scenes}
    held = sorted({*manifest.split.held_back, *hold_back} & set(sources))
    return manifest.model_copy(
        update={
            "recipe": recipe,
            "teachers": () if Part.PARTIAL_LABELS in without else manifest.teachers,
            "sources": sources,
            "split": manifest.split.model_copy(update={"held_back": tuple(held)}),
        }
    )


def as_labelled(pictures: Sequence[Picture], without: Collection[Part]) -> list[Picture]:
    """The pictures as they are, or as if all that is unboxed were background."""
    return [blind(p) if Part.PARTIAL_LABELS in without else p for p in pictures]
