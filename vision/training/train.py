"""Trains the detector on a CPU, within a budget, and goes on where it was stopped."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import cos, pi
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np
import torch
from ultralytics.utils.torch_utils import ModelEMA

from vision.labelled.pictures import Picture
from vision.training.augment import Domain, Sample, compose, how_many
from vision.training.masked_loss import MaskedDetectionLoss
from vision.training.network import blend, save_checkpoint, settle, start_from

SAVE_EVERY = 100
LOG_EVERY = 20
BACKBONE_LAYERS = 11
"""Of YOLO26: the layers before the first one that merges scales."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train.

    Attributes:
        start: Checkpoint to start from.
        steps: Updates of the weights.
        limit_s: Seconds of computing after which the schedule is at its end at the latest.
        batch: Samples a step; a sample may show several pictures.
        input_px: Side of a sample.
        rate: Highest learning rate (AdamW).
        last_rate: Learning rate at the end, as a share of the highest.
        warmup: Steps until the highest rate.
        frozen_layers: Leading layers that are not trained.
        backbone_rate: Share of the rate for the layers before the neck, which know everyday
            pictures from COCO and should not forget them.
        seed: Of the draw of pictures and their alterations.
        keep_start: Share of the starting weights in the final ones.
        domain: How samples are altered.
    """

    start: Path
    steps: int
    limit_s: float = float("inf")
    batch: int = 16
    input_px: int = 416
    rate: float = 5e-4
    last_rate: float = 0.03
    warmup: int = 100
    frozen_layers: int = 4
    backbone_rate: float = 1.0
    seed: int = 0
    keep_start: float = 0.0
    domain: Domain = field(default_factory=Domain)


@dataclass(slots=True)
class _Run:
    """What a checkpoint keeps."""

    network: Any
    average: Any
    optimiser: torch.optim.Optimizer
    step: int = 0
    elapsed_s: float = 0.0


def train(
    pictures: Sequence[Picture], weights: Sequence[float], recipe: Recipe, folder: Path
) -> Path:
    """Train and return the checkpoint of the averaged weights, ``folder/final.pt``.

    ``folder/state.pt`` is written every hundred steps; called again with the same folder the
    training goes on from there.

    Args:
        pictures: The training side of the split.
        weights: How often to draw each picture, relative to the others.
    """
    folder.mkdir(parents=True, exist_ok=True)
    run = _begin(recipe, folder)
    criterion = MaskedDetectionLoss(run.network)
    share = np.asarray(weights, np.float64) / np.sum(weights)
    with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
        began = monotonic() - run.elapsed_s
        while _progress(run, recipe) < 1:
            batch = draw_batch(pictures, share, recipe, run.step)
            items = _update(run, recipe, criterion, batch)
            run.step, run.elapsed_s = run.step + 1, monotonic() - began
            if run.step % LOG_EVERY == 0:
                row = {"step": run.step, "elapsed_s": round(run.elapsed_s, 1), **items}
                log.write(json.dumps(row) + "\n")
                log.flush()
            if run.step % SAVE_EVERY == 0:
                _keep(run, folder)
    _keep(run, folder)
    final = folder / "final.pt"
    blend(run.average.ema, start_from(recipe.start, 0), recipe.keep_start)
    save_checkpoint(run.average.ema, final, steps=run.step, elapsed_s=run.elapsed_s)
    return final


def _begin(recipe: Recipe, folder: Path) -> _Run:
    network = start_from(recipe.start, recipe.frozen_layers)
    optimiser = torch.optim.AdamW(
        _groups(network, recipe.backbone_rate), lr=recipe.rate, betas=(0.9, 0.999)
    )
    run = _Run(network, ModelEMA(network, decay=0.998, tau=200), optimiser)
    kept = folder / "state.pt"
    if kept.is_file():
        state = torch.load(kept, weights_only=True)
        network.load_state_dict(state["network"])
        run.average.ema.load_state_dict(state["average"])
        run.average.updates = state["step"]
        optimiser.load_state_dict(state["optimiser"])
        run.step, run.elapsed_s = state["step"], state["elapsed_s"]
    return run


def _groups(network: Any, backbone_rate: float) -> list[dict[str, Any]]:
    parts = ((network.model[:BACKBONE_LAYERS], backbone_rate), (network.model[BACKBONE_LAYERS:], 1))
    groups = []
    for layers, share in parts:
        trained = [p for p in layers.parameters() if p.requires_grad]
        decays = [p for p in trained if p.ndim > 1], [p for p in trained if p.ndim <= 1]
        for params, decay in zip(decays, (5e-4, 0.0), strict=True):
            groups.append({"params": params, "weight_decay": decay, "share": share})
    return groups


def _keep(run: _Run, folder: Path) -> None:
    """Replace the kept state in one move, so that a kill leaves the old one or the new."""
    state = {
        "network": run.network.state_dict(),
        "average": run.average.ema.state_dict(),
        "optimiser": run.optimiser.state_dict(),
        "step": run.step,
        "elapsed_s": run.elapsed_s,
    }
    torch.save(state, folder / "state.new")
    (folder / "state.new").replace(folder / "state.pt")


def _progress(run: _Run, recipe: Recipe) -> float:
    return max(run.step / recipe.steps, run.elapsed_s / recipe.limit_s)


def rate_at(progress: float, step: int, recipe: Recipe) -> float:
    """Learning rate: a linear rise over ``warmup`` steps, then half a cosine over the budget."""
    fall = recipe.last_rate + (1 - recipe.last_rate) * (1 + cos(pi * min(progress, 1))) / 2
    return recipe.rate * fall * min(1.0, (step + 1) / recipe.warmup)


def _update(
    run: _Run, recipe: Recipe, criterion: Any, batch: dict[str, torch.Tensor]
) -> dict[str, float]:
    for group in run.optimiser.param_groups:
        group["lr"] = group["share"] * rate_at(_progress(run, recipe), run.step, recipe)
    settle(run.network, recipe.frozen_layers)
    with torch.autocast("cpu", torch.bfloat16):
        raw = run.network(batch["img"])
    loss, items = criterion(_as_float(raw), batch)
    run.optimiser.zero_grad()
    loss.sum().backward()
    torch.nn.utils.clip_grad_norm_(run.network.parameters(), 10.0)
    run.optimiser.step()
    run.average.update(run.network)
    return {name: round(float(value), 4) for name, value in items.items()}


def _as_float(out: dict[str, Any]) -> dict[str, Any]:
    return {k: v.float() if isinstance(v, torch.Tensor) else v for k, v in out.items()}


def draw_batch(
    pictures: Sequence[Picture], share: Any, recipe: Recipe, step: int
) -> dict[str, torch.Tensor]:
    """The batch of one step; the same for the same seed and step, also after a restart."""
    dice = np.random.default_rng([recipe.seed, step])

    def sample() -> Sample:
        drawn = dice.choice(len(pictures), how_many(recipe.domain, dice), p=share)
        return compose([pictures[i] for i in drawn], recipe.input_px, recipe.domain, dice)

    return collate([sample() for _ in range(recipe.batch)])


def collate(samples: Sequence[Sample]) -> dict[str, torch.Tensor]:
    """Samples as the tensors that the loss reads: boxes as centre, width and height in [0, 1]."""
    side = samples[0].image.shape[0]
    boxes = torch.from_numpy(np.concatenate([s.boxes for s in samples]))
    centre, size = (boxes[:, 1:3] + boxes[:, 3:5]) / 2, boxes[:, 3:5] - boxes[:, 1:3]
    images = np.stack([s.image[..., ::-1] for s in samples]).transpose(0, 3, 1, 2)
    return {
        "img": torch.from_numpy(np.ascontiguousarray(images))
        .float()
        .div_(255)
        .contiguous(memory_format=torch.channels_last),
        "batch_idx": torch.from_numpy(np.fromiter(_owners(samples), np.float32)),
        "cls": boxes[:, :1],
        "bboxes": torch.cat([centre, size], dim=1) / side,
        "known": torch.from_numpy(np.stack([s.known for s in samples])).float(),
    }


def _owners(samples: Sequence[Sample]) -> Iterator[int]:
    for index, sample in enumerate(samples):
        yield from [index] * len(sample.boxes)
