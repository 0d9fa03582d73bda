"""Whether a client waits at an empty post: the one thing that is looked at on the public side.

All that is kept is since when somebody has been there. No box, no picture and no count of the
public side leaves this module.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from vision.geometry import share_inside
from vision.observe.posts import Post, cut
from vision.observe.staff import MIN_HEIGHT_SHARE, MIN_SHARE_INSIDE
from vision.ports import Detector
from vision.types import Detections, Frame, Label
from vision.types.observation import FIRM_CONFIDENCE

SAME_WAIT_S = 10.0
"""Gaps up to this length do not end a wait: somebody else may stand in the way."""


@dataclass(frozen=True, slots=True)
class ClientMemory:
    """Since when a client has been waiting, and when one was last seen."""

    since: datetime | None = None
    seen_at: datetime | None = None


def clients_waiting(
    frame: Frame, areas: Sequence[Post], posts: Sequence[Post], detector: Detector
) -> list[bool]:
    """Whether anybody stands in each of these areas who is in no post."""
    if not areas:
        return []
    found = detector.detect([cut(frame.image, area) for area in areas])
    return [
        _anybody(area, local.shifted(area.box_px[0], area.box_px[1]), posts)
        for area, local in zip(areas, found, strict=True)
    ]


def _anybody(area: Post, found: Detections, posts: Sequence[Post]) -> bool:
    people = found.only(Label.PERSON).above(FIRM_CONFIDENCE)
    least_px = MIN_HEIGHT_SHARE * float(np.ptp(area.polygon_px[:, 1]))
    return any(
        box[3] - box[1] >= least_px
        and share_inside(area.polygon_px, box) >= MIN_SHARE_INSIDE
        and all(share_inside(post.polygon_px, box) < MIN_SHARE_INSIDE for post in posts)
        for box in people.xyxy
    )


def waited(
    memory: ClientMemory, waiting: bool | None, at: datetime
) -> tuple[ClientMemory, float | None]:
    """What is remembered after one more look, and for how long a client has waited by now.

    Args:
        memory: Before it.
        waiting: Whether somebody was there; None where nobody looked.
        at: Capture time.
    """
    if waiting is None:
        return memory, None
    gap_s = (at - memory.seen_at).total_seconds() if memory.seen_at else float("inf")
    if not waiting:
        return (memory if gap_s <= SAME_WAIT_S else ClientMemory()), 0.0
    since = memory.since if gap_s <= SAME_WAIT_S and memory.since else at
    return ClientMemory(since, at), (at - since).total_seconds()
