"""The YOLO26 loss, silent where the labels are.

A picture labelled for phones alone says nothing of trousers. The stock loss takes every unboxed
class for background and so teaches that unboxed trousers are none. Here the classification term
of a class counts only where the class is known; a box that is there teaches in any case.
"""

from typing import Any

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, max_pool2d
from ultralytics.utils.loss import v8DetectionLoss

FINEST_STRIDE = 8


class MaskedDetectionLoss(v8DetectionLoss):  # type: ignore[misc]
    """Reads ``batch["known"]``: (N, classes, H / 8, W / 8), 1 where a class is fully labelled."""

    def __init__(self, model: Any, **assigner: Any) -> None:
        super().__init__(model, **assigner)
        self._weight = torch.ones(())
        self.bce = self._masked_bce

    def get_assigned_targets_and_loss(
        self, preds: dict[str, torch.Tensor], batch: dict[str, Any], **assigner: Any
    ) -> Any:
        """The stock terms, with the classification masked."""
        self._weight = anchor_weights(batch["known"], [int(s) for s in self.stride])
        return super().get_assigned_targets_and_loss(preds, batch, **assigner)

    def _masked_bce(self, logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        plain = binary_cross_entropy_with_logits(logits, target, reduction="none")
        return plain * torch.where(target > 0, torch.ones_like(target), self._weight)


def anchor_weights(known: torch.Tensor, strides: list[int]) -> torch.Tensor:
    """The map of what is known at each anchor: (N, anchors, classes), in the order of the head.

    A coarse anchor counts as known only if all fine cells that it covers are.

    Args:
        known: (N, classes, H / 8, W / 8) in [0, 1].
        strides: Strides of the head in pixels, multiples of 8, finest first.
    """
    levels = []
    for stride in strides:
        size = stride // FINEST_STRIDE
        level = -max_pool2d(-known, size) if size > 1 else known
        levels.append(level.flatten(2))
    return torch.cat(levels, dim=2).permute(0, 2, 1).contiguous()
