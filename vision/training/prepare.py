"""From a manifest to pictures that are ready for training."""

from pathlib import Path

from vision.errors import ConfigError, Mistake
from vision.labelled.manifest import Manifest, TeacherEntry
from vision.labelled.pictures import Picture
from vision.training.augment import Domain
from vision.training.complete import Teacher, complete, propose, recall, store, wants
from vision.training.train import Recipe
from vision.types import CLASSES, Label


def completed(
    manifest: Manifest, pictures: list[Picture], checkpoints: Path, folder: Path
) -> list[Picture]:
    """The pictures with the labels that the teachers of the manifest add.

    Proposals are kept in ``folder`` and not made again.

    Raises:
        ConfigError: If the manifest names a class that does not exist.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, entry in enumerate(manifest.teachers):
        taught = teacher(entry, checkpoints)
        wanting = [picture for picture in pictures if wants(taught, picture)]
        kept = folder / f"proposals-{number}.json"
        rows = recall(kept) if kept.is_file() else {}
        missing = [picture for picture in wanting if picture.key not in rows]
        if missing:
            rows |= propose(taught, missing)
            store(rows, kept)
        pictures = [complete(picture, rows.get(picture.key, []), taught) for picture in pictures]
    return pictures


def teacher(entry: TeacherEntry, checkpoints: Path) -> Teacher:
    """The teacher that a manifest describes.

    Args:
        checkpoints: Folder with the checkpoint.
    """
    return Teacher(
        checkpoint=checkpoints / entry.checkpoint,
        classes={number: _label(name) for name, number in entry.classes.items()},
        accept=entry.accept,
        doubt=entry.doubt,
        settles=entry.settles,
        input_px=entry.input_px,
    )


def _label(name: str) -> Label:
    if name not in CLASSES:
        problem = f"unknown class {name}; expected one of {', '.join(CLASSES)}"
        raise ConfigError([Mistake(Path("manifest"), None, "teachers.classes", problem)])
    return Label(CLASSES.index(name))


def recipe(manifest: Manifest, checkpoints: Path, limit_s: float) -> Recipe:
    """The recipe that a manifest describes, within a time limit."""
    entry = manifest.recipe
    return Recipe(
        start=checkpoints / entry.start,
        steps=entry.steps,
        limit_s=limit_s,
        batch=entry.batch,
        input_px=entry.input_px,
        rate=entry.rate,
        last_rate=entry.last_rate,
        frozen_layers=entry.frozen_layers,
        backbone_rate=entry.backbone_rate,
        seed=entry.seed,
        keep_start=entry.keep_start,
        domain=Domain(**entry.domain),
    )
