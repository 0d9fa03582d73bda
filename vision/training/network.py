"""The network before and after training: from a checkpoint, with nine classes, into a file."""

from copy import deepcopy
from math import log
from pathlib import Path
from typing import Any

import torch
from ultralytics.cfg import get_cfg

from vision.training.export import load_network
from vision.types import CLASSES, Label

COCO_ROWS = {Label.PERSON: 0, Label.PHONE: 67}
COCO_CLASSES = 80


def start_from(checkpoint: Path, frozen_layers: int) -> Any:
    """The network to train; a COCO checkpoint keeps what it knows of persons and phones.

    Args:
        checkpoint: Ultralytics .pt with the product's nine classes or the eighty of COCO.
        frozen_layers: Leading layers that stay as they are.
    """
    network = load_network(checkpoint)
    network.model[-1].end2end = False
    network.model[-1].fuse()  # drops the one-to-one branches: they lost (see weights/LOG.md)
    if network.model[-1].nc == COCO_CLASSES:
        _reclass(network)
    network.args = get_cfg()
    network.names = dict(enumerate(CLASSES))
    network = network.to(memory_format=torch.channels_last).train()
    for index, layer in enumerate(network.model):
        layer.requires_grad_(index >= frozen_layers)
    return network


def settle(network: Any, frozen_layers: int) -> None:
    """Training mode, but the statistics of frozen layers stand still."""
    network.train()
    for layer in network.model[:frozen_layers]:
        layer.eval()


def blend(network: Any, start: Any, share: float) -> None:
    """Mix a share of the starting weights into a network, in place.

    What fine-tuning forgot comes back in part, at little cost to what it learned (Wortsman et
    al., "Robust fine-tuning of zero-shot models", CVPR 2022).
    """
    old = start.state_dict()
    with torch.no_grad():
        for name, value in network.state_dict().items():
            if value.is_floating_point():
                value.mul_(1 - share).add_(old[name].to(value.dtype), alpha=share)


def _reclass(network: Any) -> None:
    detect = network.model[-1]
    for branch, stride in zip(detect.cv3, detect.stride, strict=True):
        branch[-1] = _nine_rows(branch[-1], float(stride))
    detect.nc = network.nc = len(CLASSES)
    detect.no = detect.nc + 4 * detect.reg_max
    network.yaml["nc"] = len(CLASSES)


def _nine_rows(old: Any, stride: float) -> torch.nn.Conv2d:
    """The last layer of the classifier; a new class starts at the prior of a rare object."""
    new = torch.nn.Conv2d(old.in_channels, len(CLASSES), 1)
    with torch.no_grad():
        new.weight.mul_(0.1)
        new.bias.fill_(log(5 / len(CLASSES) / (640 / stride) ** 2))
        for label, row in COCO_ROWS.items():
            new.weight[label], new.bias[label] = old.weight[row], old.bias[row]
    return new


def save_checkpoint(network: Any, path: Path, **about: Any) -> None:
    """Write a half-precision checkpoint that Ultralytics opens."""
    plain = deepcopy(network).half().eval()
    plain.criterion = None
    plain.pt_path = ""  # of the machine that trained; Ultralytics sets it on loading
    for parameter in plain.parameters():
        parameter.requires_grad_(False)
    torch.save({"model": plain, "train_args": {}, **about}, path)
